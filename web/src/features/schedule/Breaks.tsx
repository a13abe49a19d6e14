import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Days.module.css";
import { TimeSpan } from "./TimeSpan";
import { useWeekdays } from "@/components/useWeekdays";
import { lastsIntoNextDay, type Pause, WEEKDAYS } from "./week";

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
      {breaks.map((pause, at) => (
        <TimeSpan
          // Breaks have no identity but their place.
          key={at}
          span={pause}
          labels={{ start: t("breaks.start"), end: t("breaks.end"), remove: t("breaks.remove", { start: pause.start, end: pause.end }) }}
          fault={faults[`breaks.${at}`]}
          note={lastsIntoNextDay(pause) ? t("breaks.into-next", { end: pause.end }) : undefined}
          onChange={(part) => set(at, part)}
          onRemove={() => onChange(breaks.filter((_, number) => number !== at))}
          before={
            <Select
              aria-label={t("breaks.day")}
              data={days}
              w="9.5rem"
              allowDeselect={false}
              value={pause.weekday === null ? EVERY_DAY : String(pause.weekday)}
              onChange={(day) => set(at, { weekday: day === EVERY_DAY ? null : Number(day) })}
            />
          }
        />
      ))}
      <Group>
        <Button variant="subtle" size="compact-md" leftSection={<IconPlus size={16} />} onClick={() => onChange([...breaks, { weekday: null, start: "12:00", end: "12:30" }])}>
          {t("breaks.add")}
        </Button>
      </Group>
    </Stack>
  );
}
