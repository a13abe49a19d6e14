import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { formatDay, formatTime } from "@/components/time";
import type { Clash } from "./flow";
import { reasonOf } from "./reasons";
import type { Changes } from "./series";
import { useWhose } from "./useWhose";

interface Props {
  clashes: Clash[];
  patientId: string;
  zone: string;
  changes: Changes;
  onChange: (occurrence: number, start: string | null) => void;
}

/** Which visits of a series clash; for each one click finds another time, or leaves it out. */
export function Clashes({ clashes, patientId, zone, changes, onChange }: Props) {
  const { t, i18n } = useTranslation("booking");
  const whose = useWhose(patientId);
  return (
    <Alert color="orange" icon={<IconAlertCircle />} role="alert" title={t("clashes.title", { count: clashes.length })}>
      <Stack gap="md">
        <Text size="sm">{t("clashes.text")}</Text>
        {clashes.map(({ occurrence, start, problem, conflicts, alternatives }) => {
          const at = { day: formatDay(start, zone, i18n.language), time: formatTime(start, zone, i18n.language) };
          const answer = changes[occurrence];
          return (
            <Stack key={occurrence} gap={6} role="group" aria-label={t("clashes.visit", { number: occurrence, ...at })}>
              <Text size="sm" fw={600}>
                {t("clashes.visit", { number: occurrence, ...at })}
              </Text>
              <Text size="sm" c="dimmed">
                {problem === "not-bookable" ? t("clashes.not-bookable") : t(`clashes.${reasonOf(conflicts)}`, whose)}
              </Text>
              <Group gap="xs">
                {alternatives.map((slot) => (
                  <Button
                    key={slot.start}
                    size="xs"
                    variant={answer === slot.start ? "filled" : "default"}
                    aria-pressed={answer === slot.start}
                    onClick={() => onChange(occurrence, slot.start)}
                  >
                    {formatDay(slot.start, zone, i18n.language)}, {formatTime(slot.start, zone, i18n.language)}
                  </Button>
                ))}
                <Button size="xs" variant={answer === null ? "filled" : "default"} aria-pressed={answer === null} onClick={() => onChange(occurrence, null)}>
                  {t("clashes.leave-out")}
                </Button>
              </Group>
            </Stack>
          );
        })}
      </Stack>
    </Alert>
  );
}
