import { Alert, Box, Stack, Table, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { useMe } from "@/api/me";
import { LinkAnchor } from "@/components/links";
import { PersonName } from "@/components/PersonName";
import { dayOf, formatDate, formatDay, formatTimes } from "@/components/time";
import classes from "./Days.module.css";
import { changedDays, freeOf } from "./outcome";

interface Props {
  practitionerId: string;
  preview: Schema<"PreviewOut">;
  /** The zone in which affected visits are told. */
  zone: string;
  /** What can be done about it. */
  children: ReactNode;
}

/** What a change would do: free times of each day that it touches, before and after, and the visits that it hits. */
export function Preview({ practitionerId, preview, zone, children }: Props) {
  const { t, i18n } = useTranslation("schedule");
  const me = useMe();
  const outcome = useRef<HTMLDivElement>(null);

  // It stands below the form that asked for it, perhaps out of sight.
  useEffect(() => outcome.current?.focus(), []);

  const changed = changedDays(preview.days);
  const most = Math.max(1, ...changed.flatMap((day) => [day.free_before, day.free_after]));
  const { before, after } = freeOf(preview.days);
  return (
    <Stack mt="lg" ref={outcome} tabIndex={-1} style={{ outline: "none" }} role="region" aria-label={t("preview.title")}>
      <div>
        <Title order={2}>{t("preview.title")}</Title>
        <Text>{t("preview.sum", { count: preview.days.length, before, after })}</Text>
      </div>
      {preview.affected.length === 0 ? (
        <Alert color="teal" icon={<IconCheck />} title={t("preview.nobody")} />
      ) : (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t("preview.affected", { count: preview.affected.length })}>
          <Text size="sm" mb="xs">
            {t("preview.affected-text")}
          </Text>
          <ul className={classes.affected}>
            {preview.affected.map((visit) => {
              const time = `${formatDay(visit.start, zone, i18n.language)}, ${formatTimes(visit.start, visit.end, zone, i18n.language)}`;
              return (
                <li key={visit.appointment_id}>
                  {me.can("ReadAppointment") ? (
                    <LinkAnchor
                      to="/calendar"
                      search={{ practitioner: practitionerId, day: dayOf(visit.start, zone), visit: visit.appointment_id }}
                      target="_blank"
                      c="var(--mantine-color-text)"
                      underline="always"
                      fz="sm"
                    >
                      {time}
                    </LinkAnchor>
                  ) : (
                    time
                  )}{" "}
                  · <PersonName patientId={visit.patient_id} />
                </li>
              );
            })}
          </ul>
        </Alert>
      )}
      {changed.length === 0 ? (
        <Text c="dimmed">{t("preview.same")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={320} mah={420}>
          <Table verticalSpacing={6} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("preview.day")}</Table.Th>
                <Table.Th ta="right">{t("preview.before")}</Table.Th>
                <Table.Th ta="right">{t("preview.after")}</Table.Th>
                <Table.Td w="40%" visibleFrom="xs" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changed.map((day) => (
                <Table.Tr key={day.date}>
                  <Table.Td>{formatDate(day.date, i18n.language, { weekday: "short", day: "numeric", month: "short" })}</Table.Td>
                  <Table.Td ta="right">{day.free_before}</Table.Td>
                  <Table.Td ta="right" fw={600}>
                    {day.free_after}
                  </Table.Td>
                  <Table.Td visibleFrom="xs" aria-hidden>
                    <Stack gap={3}>
                      <Box className={classes.bar} w={`${(100 * day.free_before) / most}%`} />
                      <Box className={`${classes.bar ?? ""} ${classes.after ?? ""}`} w={`${(100 * day.free_after) / most}%`} />
                    </Stack>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {children}
    </Stack>
  );
}
