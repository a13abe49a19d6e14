import { Box, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { LinkAnchor } from "@/components/links";
import { dayOf, formatDate, formatTimes } from "@/components/time";
import { ZoneName } from "@/components/VisitTime";
import { useVisitPlace } from "./useVisitPlace";
import classes from "./VisitCard.module.css";
import { StatusBadge } from "./StatusBadge";

/** A visit in a list; all of it leads to the visit's page. */
export function VisitCard({ visit }: { visit: Visit }) {
  const { t, i18n } = useTranslation("visits");
  const { doctor, place } = useVisitPlace(visit);
  const day = dayOf(visit.start, visit.time_zone);
  const over = visit.status === "cancelled" || visit.status === "noshow";
  return (
    <Card component="article" padding="md" className={classes.card ?? ""}>
      <Group wrap="nowrap" gap="md" align="center">
        <Box className={classes.day ?? ""} aria-hidden>
          <Text size="xs" c="dimmed">
            {formatDate(day, i18n.language, { weekday: "short" })}
          </Text>
          <Text fw={650} fz={22} lh={1.1}>
            {formatDate(day, i18n.language, { day: "numeric" })}
          </Text>
          <Text size="xs" c="dimmed">
            {formatDate(day, i18n.language, { month: "short" })}
          </Text>
        </Box>
        <Stack gap={2} flex={1} miw={0}>
          <Group justify="space-between" gap="xs">
            <Title order={3}>
              <LinkAnchor to="/visits/$appointmentId" params={{ appointmentId: visit.appointment_id }} className={classes.link ?? ""} c="bright" inherit>
                {doctor}
              </LinkAnchor>
            </Title>
            <StatusBadge status={visit.status} />
          </Group>
          <Text size="sm" td={over ? "line-through" : undefined}>
            <span className={classes.spoken}>{formatDate(day, i18n.language)}, </span>
            {formatTimes(visit.start, visit.end, visit.time_zone, i18n.language)}{" "}
            <Text span c="dimmed">
              · <ZoneName zone={visit.time_zone} at={visit.start} />
            </Text>
          </Text>
          <Text size="sm" c="dimmed">
            {place}
            {visit.series_id && ` · ${t("series.part")}`}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}
