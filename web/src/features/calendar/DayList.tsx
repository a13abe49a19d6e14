import { Alert, Box, Card, Group, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconBeach, IconVideo } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { PersonName } from "@/components/PersonName";
import { Empty } from "@/components/states";
import { formatTime } from "@/components/time";
import { StatusBadge } from "@/components/visits/StatusBadge";
import classes from "./Calendar.module.css";
import { clockOf, type Stretch } from "./hours";
import { useNow } from "./useNow";

interface Props {
  /** One day's visits, by start. */
  visits: Visit[];
  zone: string;
  leave: (Stretch & { whole: boolean }) | undefined;
  isToday: boolean;
  open: string | undefined;
  /** For readers who may look into a visit. */
  onOpen: ((appointmentId: string) => void) | undefined;
}

/** A day on a narrow screen. */
export function DayList({ visits, zone, leave, isToday, open, onOpen }: Props) {
  const { t, i18n } = useTranslation("calendar");
  const { t: word } = useTranslation("visit");
  const now = useNow();
  const next = isToday ? visits.findIndex(({ end }) => Date.parse(end) > now.getTime()) : -1;
  return (
    <Stack gap="sm">
      {leave && (
        <Alert icon={<IconBeach />} color="gray">
          {leave.whole ? t("leave-all-day") : t("leave-part", { start: clockOf(leave.start), end: clockOf(leave.end) })}
        </Alert>
      )}
      {visits.length === 0 && <Empty title={t("no-visits")} />}
      {visits.map((visit, at) => (
        <Fragment key={visit.appointment_id}>
          {at === next && (
            <Group gap="xs" className={classes.now} wrap="nowrap">
              <Text size="sm" fw={600}>
                {t("now", { time: formatTime(now.toISOString(), zone, i18n.language) })}
              </Text>
              <Box flex={1} className={classes.line} />
            </Group>
          )}
          <UnstyledButton disabled={!onOpen} onClick={() => onOpen?.(visit.appointment_id)} aria-current={visit.appointment_id === open || undefined}>
            <Card padding="sm" className={classes.entry}>
              <Group gap="md" wrap="nowrap" align="flex-start">
                <Box miw="3.2rem">
                  <Text fw={600}>{formatTime(visit.start, zone, i18n.language)}</Text>
                  <Text size="sm" c="dimmed">
                    {formatTime(visit.end, zone, i18n.language)}
                  </Text>
                </Box>
                <Stack gap={4} miw={0} flex={1} align="flex-start">
                  <Text fw={600}>
                    <PersonName patientId={visit.patient_id} />
                  </Text>
                  <Group gap="xs">
                    <StatusBadge status={visit.status} />
                    {visit.mode === "video" && (
                      <Group gap={4} c="dimmed">
                        <IconVideo size={16} stroke={1.5} aria-hidden />
                        <Text size="sm">{word("mode.video")}</Text>
                      </Group>
                    )}
                  </Group>
                </Stack>
              </Group>
            </Card>
          </UnstyledButton>
        </Fragment>
      ))}
    </Stack>
  );
}
