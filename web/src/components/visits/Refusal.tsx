import { Alert, Button, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { formatDay, formatTime } from "../time";

interface Props {
  error: unknown;
  /** The zone of the times that are offered instead. */
  zone: string;
  onChoose: (slot: Schema<"SlotOut">) => void;
  /** Shows the visit as it is now, after somebody else's change. */
  onReload?: () => void;
  /** Further ways out. */
  children?: ReactNode;
}

/** Why a time could not be had, and what else there is: free times near it as buttons, or the visit's present state. */
export function Refusal({ error, zone, onChoose, onReload, children }: Props) {
  const { t, i18n } = useTranslation("visit");
  const problems = useProblems();
  const taken = problemOf(error, "slot-taken");
  const resources = [...new Set(taken?.conflicts.map(({ resource }) => resource))];
  const overtaken = problemOf(error, "stale") ?? problemOf(error, "invalid-transition");
  return (
    <Alert color="red" role="alert" title={problems.text(error)}>
      {resources.map((resource) => (
        <Text key={resource} size="sm">
          {t(`taken.${resource}`)}
        </Text>
      ))}
      {taken && taken.alternatives.length > 0 && (
        <>
          <Text size="sm" mt="xs">
            {t("instead")}
          </Text>
          <Group gap="xs" mt="xs">
            {taken.alternatives.map((slot) => (
              <Button key={slot.start} size="xs" variant="default" onClick={() => onChoose(slot)}>
                {formatDay(slot.start, zone, i18n.language)}, {formatTime(slot.start, zone, i18n.language)}
              </Button>
            ))}
          </Group>
        </>
      )}
      {overtaken && onReload && (
        <Button size="xs" variant="default" mt="xs" onClick={onReload}>
          {t("reload")}
        </Button>
      )}
      {children}
    </Alert>
  );
}
