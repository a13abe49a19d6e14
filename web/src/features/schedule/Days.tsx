import { ActionIcon, Button, Checkbox, Group, Popover, Select, Stack, Text } from "@mantine/core";
import { IconCopy, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import classes from "./Days.module.css";
import { TimeSpan } from "./TimeSpan";
import { useWeekdays } from "@/components/useWeekdays";
import { copiedTo, type Hours, lastsIntoNextDay, WEEKDAYS } from "./week";

interface Props {
  days: Hours[][];
  rooms: Schema<"RoomAnswer">[];
  faults: Record<string, string>;
  onChange: (days: Hours[][]) => void;
}

/** The hours of each weekday, as many stretches as one likes. */
export function Days({ days, rooms, faults, onChange }: Props) {
  const { t } = useTranslation("schedule");
  const names = useWeekdays("long");
  const setDay = (day: number, hours: Hours[]) => onChange(days.map((old, at) => (at === day ? hours : old)));
  return (
    <Stack gap={0} component="fieldset" className={classes.fieldset}>
      <Text component="legend" fw={600}>
        {t("days.title")}
      </Text>
      {WEEKDAYS.map((day) => {
        const hours = days[day] ?? [];
        return (
          <div key={day} className={classes.day} role="group" aria-label={names[day]}>
            <Text fw={600} className={classes.name ?? ""}>
              {names[day]}
            </Text>
            <Stack gap="xs" className={classes.hours ?? ""}>
              {hours.length === 0 && (
                <Text c="dimmed" lh="36px">
                  {t("days.none")}
                </Text>
              )}
              {hours.map((span, at) => (
                <HoursRow
                  // Hours have no identity but their place.
                  key={at}
                  span={span}
                  next={names[(day + 1) % 7] ?? ""}
                  rooms={rooms}
                  fault={faults[`days.${day}.${at}`]}
                  onChange={(changed) => setDay(day, hours.map((old, number) => (number === at ? changed : old)))}
                  onRemove={() => setDay(day, hours.filter((_, number) => number !== at))}
                />
              ))}
            </Stack>
            <Group gap={4} wrap="nowrap">
              <ActionIcon variant="subtle" size="lg" aria-label={t("days.add", { day: names[day] })} onClick={() => setDay(day, [...hours, following(hours)])}>
                <IconPlus size={18} />
              </ActionIcon>
              <CopyTo day={day} names={names} disabled={hours.length === 0} onCopy={(to) => onChange(copiedTo(days, day, to))} />
            </Group>
          </div>
        );
      })}
    </Stack>
  );
}

interface RowProps {
  span: Hours;
  next: string;
  rooms: Schema<"RoomAnswer">[];
  fault: string | undefined;
  onChange: (span: Hours) => void;
  onRemove: () => void;
}

function HoursRow({ span, next, rooms, fault, onChange, onRemove }: RowProps) {
  const { t } = useTranslation("schedule");
  const choices = rooms.filter(({ active, room_id: id }) => active || id === span.room_id).map(({ room_id: value, name: label }) => ({ value, label }));
  const { start, end } = span;
  const wholeDay = start === end;
  return (
    <TimeSpan
      span={span}
      labels={{ start: t("days.start"), end: t("days.end"), remove: t("days.remove", { start, end }) }}
      fault={fault}
      note={lastsIntoNextDay(span) ? t(wholeDay ? "days.whole-day" : "days.into-next", { end, day: next }) : undefined}
      onChange={(part) => onChange({ ...span, ...part })}
      onRemove={onRemove}
      after={
        choices.length > 0 && (
          <Select
            aria-label={t("days.room")}
            placeholder={t("days.no-room")}
            data={choices}
            value={span.room_id}
            clearable
            clearButtonProps={{ "aria-label": t("days.no-room") }}
            w="11rem"
            onChange={(room_id) => onChange({ ...span, room_id })}
          />
        )
      }
    />
  );
}

interface CopyProps {
  day: number;
  names: string[];
  disabled: boolean;
  onCopy: (to: number[]) => void;
}

function CopyTo({ day, names, disabled, onCopy }: CopyProps) {
  const { t } = useTranslation("schedule");
  const [opened, setOpened] = useState(false);
  const [to, setTo] = useState<string[]>([]);
  const others = WEEKDAYS.filter((other) => other !== day);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" size="lg" disabled={disabled} aria-label={t("days.copy", { day: names[day] })} onClick={() => setOpened(!opened)}>
          <IconCopy size={18} stroke={1.5} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Checkbox.Group label={t("days.copy-to")} value={to} onChange={setTo}>
            <Stack gap="xs" mt="xs">
              {others.map((other) => (
                <Checkbox key={other} value={String(other)} label={names[other]} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Button
            size="xs"
            disabled={to.length === 0}
            onClick={() => {
              onCopy(to.map(Number));
              setTo([]);
              setOpened(false);
            }}
          >
            {t("days.copy-now")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Hours to begin with: a usual morning, then an afternoon. */
function following(hours: Hours[]): Hours {
  const last = hours.at(-1);
  return last ? { start: "13:00", end: "17:00", room_id: last.room_id } : { start: "09:00", end: "12:00", room_id: null };
}
