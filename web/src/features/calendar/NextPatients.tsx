import { Card, Group, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { PersonName } from "@/components/PersonName";
import { dayOf, formatTime } from "@/components/time";
import { StatusIcon } from "@/components/visits/StatusBadge";
import classes from "./Calendar.module.css";
import { useNow } from "./useNow";
import { visitsQuery } from "./visits";
import { minutesSince, queueOf } from "./waiting";

interface Props {
  practitionerId: string;
  zone: string;
  onOpen: (appointmentId: string) => void;
}

/** Who is with the doctor, who waits and for how long, and who is next; nothing when the day is over. */
export function NextPatients({ practitionerId, zone, onOpen }: Props) {
  const { t, i18n } = useTranslation("calendar");
  const now = useNow();
  const today = dayOf(now, zone);
  const visits = useQuery(visitsQuery(practitionerId, today, today));
  const { inRoom, waiting, next } = queueOf(visits.data ?? [], now);
  const cards = [
    ...inRoom.map((visit) => ({ visit, label: t("queue.in-room", { minutes: minutesSince(visit, now) }) })),
    ...waiting.map((visit) => ({ visit, label: t("queue.waiting", { minutes: minutesSince(visit, now) }) })),
    ...(next ? [{ visit: next, label: t("queue.next") }] : []),
  ];
  if (cards.length === 0) return null;
  return (
    <section aria-label={t("queue.title")}>
      <div className={classes.queue}>
        {cards.map(({ visit, label }) => (
          <UnstyledButton key={visit.appointment_id} onClick={() => onOpen(visit.appointment_id)}>
            <Card padding="sm" className={classes.entry}>
              <Group gap={6} wrap="nowrap" c="dimmed">
                <StatusIcon status={visit.status} size={16} />
                <Text size="sm" truncate>
                  {label}
                </Text>
              </Group>
              <Text fw={600} truncate>
                {formatTime(visit.start, zone, i18n.language)} <PersonName patientId={visit.patient_id} />
              </Text>
            </Card>
          </UnstyledButton>
        ))}
      </div>
    </section>
  );
}
