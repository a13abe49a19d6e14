import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCalendarPlus, IconMapPin, IconVideo } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { LinkButton } from "@/components/links";
import { VisitTime } from "@/components/VisitTime";
import { StatusBadge } from "@/components/visits/StatusBadge";
import { useCalendarFile } from "@/components/visits/useCalendarFile";
import { useVisitPlace } from "@/components/visits/useVisitPlace";
import { untilWords } from "@/components/visits/words";
import classes from "./NextVisit.module.css";

/** The visit that comes next, with all that one needs on the way to it. */
export function NextVisit({ visit }: { visit: Visit }) {
  const { t, i18n } = useTranslation("overview");
  const { doctor, place } = useVisitPlace(visit);
  const calendar = useCalendarFile();
  const params = { appointmentId: visit.appointment_id };
  const Where = visit.mode === "video" ? IconVideo : IconMapPin;
  return (
    <Card className={classes.card ?? ""}>
      <Stack>
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h3">
            {t("next")} ·{" "}
            <Text span inherit c="teal">
              {untilWords(visit.start, visit.time_zone, i18n.language)}
            </Text>
          </Title>
          <StatusBadge status={visit.status} />
        </Group>
        <div>
          <Text fz="xl" fw={650} component="p">
            {doctor}
          </Text>
          <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
          <Group gap={6} wrap="nowrap" mt={4}>
            <Where size={18} stroke={1.5} aria-hidden />
            <Text size="sm">{place}</Text>
          </Group>
        </div>
        <Group gap="xs">
          <LinkButton to="/visits/$appointmentId" params={params}>
            {t("see")}
          </LinkButton>
          {visit.status === "booked" && (
            <LinkButton to="/visits/$appointmentId/move" params={params} variant="default">
              {t("move")}
            </LinkButton>
          )}
          <Button variant="default" leftSection={<IconCalendarPlus size={18} stroke={1.5} />} onClick={() => calendar(visit, doctor, place)}>
            {t("calendar")}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
