import { ActionIcon, Box, Button, Group, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SlotPicker.module.css";
import { Empty } from "./states";
import { addDays, dayOf, formatDate, formatTime } from "./time";
import { ZoneName } from "./VisitTime";

export interface Slot {
  start: string;
  end: string;
}

interface Props<S extends Slot> {
  /** Free times of the week; undefined while they are loading. */
  slots: S[] | undefined;
  /** The clinic's IANA zone, in which days are counted. */
  zone: string;
  /** The first of the seven local days shown, such as 2026-11-23. */
  from: string;
  onFrom: (from: string) => void;
  /** The earliest `from` that makes sense: today. */
  earliest: string;
  /** Start of the slot that is chosen. */
  selected?: string | undefined;
  onSelect: (slot: S) => void;
  /** A choice is under way: no other can be made. */
  busy?: boolean;
  /** In place of the usual hint when the week has no free time. */
  empty?: ReactNode;
}

const WEEK = 7;

/**
 * Free times by day, a week at a time. Tab enters at the chosen or first time; up and down go through a day, left and right
 * to the neighbouring one.
 */
export function SlotPicker<S extends Slot>({ slots, zone, from, onFrom, earliest, selected, onSelect, busy = false, empty }: Props<S>) {
  const { t, i18n } = useTranslation();
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const days = Array.from({ length: WEEK }, (_, n) => addDays(from, n));
  const byDay = new Map(days.map((day) => [day, [] as S[]]));
  for (const slot of slots ?? []) byDay.get(dayOf(slot.start, zone))?.push(slot);
  const shown = days.flatMap((day) => byDay.get(day) ?? []);
  const entry = [focused, selected].find((start) => shown.some((slot) => slot.start === start)) ?? shown[0]?.start;
  const back = addDays(from, -WEEK);

  const move = (event: KeyboardEvent, day: number, at: number) => {
    const target = neighbour(days.map((name) => byDay.get(name)?.length ?? 0), event.key, day, at);
    if (!target) return;
    event.preventDefault();
    grid.current?.querySelector<HTMLElement>(`[data-slot="${target[0]}-${target[1]}"]`)?.focus();
  };

  return (
    <Box className={classes.picker ?? ""}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <ActionIcon variant="default" size="lg" aria-label={t("week-back")} disabled={from <= earliest} onClick={() => onFrom(back < earliest ? earliest : back)}>
          <IconChevronLeft size={18} />
        </ActionIcon>
        <Box ta="center">
          <Text fw={600} aria-live="polite">
            {formatDate(from, i18n.language, { day: "numeric", month: "short" })} –{" "}
            {formatDate(addDays(from, WEEK - 1), i18n.language, { day: "numeric", month: "short", year: "numeric" })}
          </Text>
          <Text size="sm" c="dimmed">
            <ZoneName zone={zone} at={slots?.[0]?.start ?? `${from}T12:00:00Z`} />
          </Text>
        </Box>
        <ActionIcon variant="default" size="lg" aria-label={t("week-on")} onClick={() => onFrom(addDays(from, WEEK))}>
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
      {slots?.length === 0 ? (
        (empty ?? <Empty title={t("no-slots")} text={t("no-slots-hint")} />)
      ) : (
        <div className={classes.days} ref={grid} aria-busy={slots === undefined}>
          {slots === undefined && <VisuallyHidden role="status">{t("loading")}</VisuallyHidden>}
          {days.map((day, column) => (
            <section key={day} className={`${classes.day ?? ""} ${slots && !byDay.get(day)?.length ? (classes.empty ?? "") : ""}`} aria-label={formatDate(day, i18n.language, LONG)}>
              <div className={classes.heading} aria-hidden>
                <Text size="sm" c="dimmed">
                  {formatDate(day, i18n.language, { weekday: "short" })}
                </Text>
                <Text size="sm" fw={600}>
                  {formatDate(day, i18n.language, { day: "numeric", month: "short" })}
                </Text>
              </div>
              <div className={classes.slots}>
                {slots === undefined && [0, 1, 2, 3].map((row) => <Skeleton key={row} height={36} />)}
                {slots && byDay.get(day)?.length === 0 && (
                  <Text className={classes.none ?? ""} size="sm">
                    –<VisuallyHidden>{t("no-slots-day")}</VisuallyHidden>
                  </Text>
                )}
                {byDay.get(day)?.map((slot, row) => (
                  <Button
                    key={slot.start}
                    data-slot={`${column}-${row}`}
                    variant={slot.start === selected ? "filled" : "light"}
                    px={4}
                    tabIndex={slot.start === entry ? 0 : -1}
                    aria-pressed={slot.start === selected}
                    disabled={busy}
                    loading={busy && slot.start === selected}
                    onClick={() => onSelect(slot)}
                    onFocus={() => setFocused(slot.start)}
                    onKeyDown={(event) => move(event, column, row)}
                  >
                    {formatTime(slot.start, zone, i18n.language)}
                  </Button>
                ))}
              </div>
            </section>
          ))}
        </div>
      )}
    </Box>
  );
}

const LONG: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };

/** Where an arrow key leads from a time, as day and row; undefined where it leads nowhere. */
export function neighbour(counts: number[], key: string, day: number, row: number): [number, number] | undefined {
  const count = counts[day] ?? 0;
  if (key === "ArrowDown") return row + 1 < count ? [day, row + 1] : undefined;
  if (key === "ArrowUp") return row > 0 ? [day, row - 1] : undefined;
  const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return undefined;
  for (let next = day + step; next >= 0 && next < counts.length; next += step) {
    const there = counts[next] ?? 0;
    if (there > 0) return [next, Math.min(row, there - 1)];
  }
  return undefined;
}
