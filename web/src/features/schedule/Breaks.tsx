import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Days.module.css";
import { useWeekdays } from "./useWeekdays";
import { lastsIntoNextDay, type Pause, WEEKDAYS } from "./week";

const TIME = { input: classes.time ?? "" };

interface Props {
  breaks: Pause[];
  faults: Record<string, string>;
  onChange: (breaks: Pause[]) => void;
}

const EVERY_DAY = "every";

/** Time off within the hours, on a weekday or on all. */
export function Breaks({ breaks, faults, onChange }: Props) {
  const { t } = useTranslation("schedule");
  const names = useWeekdays("long");
  const days = [{ value: EVERY_DAY, label: t("breaks.every-day") }, ...WEEKDAYS.map((day) => ({ value: String(day), label: names[day] ?? "" }))];
  const set = (at: number, part: Partial<Pause>) => onChange(breaks.map((pause, number) => (number === at ? { ...pause, ...part } : pause)));
  return (
    <Stack gap="xs" component="fieldset" className={classes.fieldset}>
      <Text component="legend" fw={600} mb="xs">
        {t("breaks.title")}
      </Text>
      {breaks.length === 0 && <Text c="dimmed">{t("breaks.none")}</Text>}
      {breaks.map((pause, at) => {
        const fault = faults[`breaks.${at}`];
        return (
          <div key={at}>
            <Group gap="xs">
              <Select
                aria-label={t("breaks.day")}
                data={days}
                w="9.5rem"
                allowDeselect={false}
                value={pause.weekday === null ? EVERY_DAY : String(pause.weekday)}
                onChange={(day) => set(at, { weekday: day === EVERY_DAY ? null : Number(day) })}
              />
              <TextInput type="time" classNames={TIME} aria-label={t("breaks.start")} step={300} w="8.25rem" value={pause.start} error={fault !== undefined} onChange={({ currentTarget }) => set(at, { start: currentTarget.value })} />
              <Text span c="dimmed" aria-hidden>
                –
              </Text>
              <TextInput type="time" classNames={TIME} aria-label={t("breaks.end")} step={300} w="8.25rem" value={pause.end} error={fault !== undefined} onChange={({ currentTarget }) => set(at, { end: currentTarget.value })} />
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("breaks.remove", { start: pause.start, end: pause.end })} onClick={() => onChange(breaks.filter((_, number) => number !== at))}>
                <IconTrash size={18} stroke={1.5} />
              </ActionIcon>
            </Group>
            {lastsIntoNextDay(pause) && (
              <Text size="sm" c="dimmed">
                {t("breaks.into-next", { end: pause.end })}
              </Text>
            )}
            {fault && (
              <Text size="sm" c="red" role="alert">
                {fault}
              </Text>
            )}
          </div>
        );
      })}
      <Group>
        <Button variant="subtle" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => onChange([...breaks, { weekday: null, start: "12:00", end: "12:30" }])}>
          {t("breaks.add")}
        </Button>
      </Group>
    </Stack>
  );
}
