import { Group, List, NumberInput, Select, Stack, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatDay, formatTime } from "@/components/time";
import { type Changes, MOST_VISITS, occurrencesOf, type Repetition } from "./series";

interface Props {
  first: string;
  zone: string;
  /** Null: a single visit. */
  repetition: Repetition | null;
  onChange: (repetition: Repetition | null) => void;
  changes: Changes;
}

const USUAL: Repetition = { count: 6, interval_weeks: 1 };
const INTERVALS = [1, 2, 3, 4, 6, 8];

/** Whether a visit is to come again, how often, and on which days that would be. */
export function Repeat({ first, zone, repetition, onChange, changes }: Props) {
  const { t, i18n } = useTranslation("booking");
  return (
    <Stack gap="sm">
      <Switch label={t("repeat.switch")} description={t("repeat.hint")} checked={repetition !== null} onChange={({ currentTarget }) => onChange(currentTarget.checked ? USUAL : null)} />
      {repetition && (
        <>
          <Group grow align="flex-end">
            <NumberInput
              label={t("repeat.count")}
              min={2}
              max={MOST_VISITS}
              clampBehavior="strict"
              allowDecimal={false}
              value={repetition.count}
              onChange={(count) => onChange({ ...repetition, count: Math.min(MOST_VISITS, Math.max(2, Number(count) || 2)) })}
            />
            <Select
              label={t("repeat.interval")}
              data={INTERVALS.map((weeks) => ({ value: String(weeks), label: t("repeat.weeks", { count: weeks }) }))}
              value={String(repetition.interval_weeks)}
              onChange={(weeks) => onChange({ ...repetition, interval_weeks: Number(weeks) })}
              allowDeselect={false}
            />
          </Group>
          <section aria-label={t("repeat.dates")}>
            <Text size="sm" c="dimmed" mb={4}>
              {t("repeat.dates")}
            </Text>
            <List size="sm" type="ordered">
              {occurrencesOf(first, repetition, zone, changes).map(({ occurrence, start }) => (
                <List.Item key={occurrence} c={start ? undefined : "dimmed"}>
                  {start ? `${formatDay(start, zone, i18n.language)}, ${formatTime(start, zone, i18n.language)}` : t("repeat.left-out")}
                </List.Item>
              ))}
            </List>
          </section>
        </>
      )}
    </Stack>
  );
}
