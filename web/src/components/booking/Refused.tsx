import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useProblems } from "@/api/useProblems";
import { formatDay, formatTime } from "@/components/time";
import type { Chosen, Refusal } from "./flow";
import { reasonOf } from "./reasons";
import { useWhose } from "./useWhose";

interface Props {
  refusal: Refusal;
  patientId: string;
  zone: string;
  onChoose: (slot: Chosen) => void;
}

/** Why a time could not be had, and what else is free near it. */
export function Refused({ refusal, patientId, zone, onChoose }: Props) {
  const { t, i18n } = useTranslation("booking");
  const problems = useProblems();
  const whose = useWhose(patientId);
  const at = { day: formatDay(refusal.wanted.start, zone, i18n.language), time: formatTime(refusal.wanted.start, zone, i18n.language) };
  if (refusal.kind === "failed")
    return (
      <Alert color="red" icon={<IconAlertCircle />} role="alert" title={t("refused.failed", at)}>
        <Stack gap="sm" align="start">
          <Text size="sm">{problems.text(refusal.error)}</Text>
          <Button size="xs" variant="default" onClick={() => onChoose(refusal.wanted)}>
            {t("refused.retry")}
          </Button>
        </Stack>
      </Alert>
    );
  if (refusal.kind === "not-bookable")
    return (
      <Alert color="orange" icon={<IconAlertCircle />} role="alert" title={t("refused.not-bookable", at)}>
        {t("refused.not-bookable-text")}
      </Alert>
    );
  return (
    <Alert color="orange" icon={<IconAlertCircle />} role="alert" title={t(`refused.${reasonOf(refusal.conflicts)}`, { ...at, ...whose })}>
      {refusal.alternatives.length > 0 ? (
        <Stack gap="sm">
          <Text size="sm">{t("refused.alternatives")}</Text>
          <Group gap="xs">
            {refusal.alternatives.map((slot) => (
              <Button key={slot.start} variant="default" size="sm" onClick={() => onChoose(slot)}>
                {formatDay(slot.start, zone, i18n.language)}, {formatTime(slot.start, zone, i18n.language)}
              </Button>
            ))}
          </Group>
        </Stack>
      ) : (
        <Text size="sm">{t("refused.none")}</Text>
      )}
    </Alert>
  );
}
