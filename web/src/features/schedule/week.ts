import type { Schema } from "@/api/care";
import type { Plan } from "@/api/schedules";

/** Hours or a break as they are typed: a text may be empty or no time yet. */
export interface Span {
  start: string;
  end: string;
}

export interface Hours extends Span {
  room_id: string | null;
}

export interface Pause extends Span {
  /** Monday 0; null is every day. */
  weekday: number | null;
}

/** A week as it is edited: hours by weekday, Monday first. */
export interface Week {
  time_zone: string;
  slot_minutes: number;
  valid_from: string;
  /** Empty without an end. */
  valid_to: string;
  days: Hours[][];
  breaks: Pause[];
}

export type Fault = "missing" | "not-five-minutes" | "overlap" | "no-slot-fits" | "date-missing" | "before-from";

const DAY = 1440;
const WEEK = 7 * DAY;
export const WEEKDAYS = [0, 1, 2, 3, 4, 5, 6] as const;

/** A week to begin with: a copy of the one that holds, from today on. */
export function weekOf(plan: Plan | undefined, zone: string, today: string): Week {
  return {
    time_zone: plan?.time_zone ?? zone,
    slot_minutes: plan?.slot_minutes ?? 20,
    valid_from: today,
    valid_to: "",
    days: WEEKDAYS.map((day) =>
      (plan?.weekly ?? [])
        .filter(({ weekday }) => weekday === day)
        .map(({ start, end, room_id }) => ({ start, end, room_id: room_id ?? null }))
        .sort((one, other) => one.start.localeCompare(other.start)),
    ),
    breaks: (plan?.breaks ?? []).map(({ start, end, weekday }) => ({ start, end, weekday: weekday ?? null })),
  };
}

/** What the API takes; hours in the order in which they stand on the page. */
export function scheduleOf({ days, breaks, valid_to, ...week }: Week): Schema<"ScheduleIn"> {
  return { ...week, valid_to: valid_to || null, weekly: days.flatMap((hours, weekday) => hours.map((span) => ({ weekday, ...span }))), breaks };
}

/** Where in the form hours are that the API counts through the week: `days.1.0` of its number 2. */
export function hoursField(days: Hours[][], number: number): string | undefined {
  const places = days.flatMap((hours, day) => hours.map((_, at) => `days.${day}.${at}`));
  return places[number];
}

/** Hours that do not end after they begin last into the next day; alike, they last a whole day. */
export function lastsIntoNextDay({ start, end }: Span): boolean {
  return isTime(start) && isTime(end) && end <= start;
}

/** One day's hours in place of other days'. */
export function copiedTo(days: Hours[][], from: number, to: number[]): Hours[][] {
  return days.map((hours, day) => (to.includes(day) ? (days[from] ?? []).map((span) => ({ ...span })) : hours));
}

/** What is wrong, by field: `days.0.1`, `breaks.0`, `valid_from`, `valid_to`. */
export function faultsOf(week: Week): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  week.days.forEach((hours, day) =>
    hours.forEach((span, at) => {
      const fault = faultOf(span) ?? (lengthOf(span) < week.slot_minutes ? "no-slot-fits" : undefined);
      if (fault) faults[`days.${day}.${at}`] = fault;
    }),
  );
  for (const field of overlaps(week.days)) faults[field] ??= "overlap";
  week.breaks.forEach((pause, at) => {
    const fault = faultOf(pause);
    if (fault) faults[`breaks.${at}`] = fault;
  });
  if (!week.valid_from) faults.valid_from = "date-missing";
  if (week.valid_to && week.valid_to < week.valid_from) faults.valid_to = "before-from";
  return faults;
}

/** Fields of hours that begin before earlier ones have ended, over midnight and over the end of the week too. */
function overlaps(days: Hours[][]): string[] {
  const spans = days
    .flatMap((hours, day) => hours.map((span, at) => ({ field: `days.${day}.${at}`, span, start: day * DAY + minutesOf(span.start) })))
    .filter(({ span }) => faultOf(span) === undefined)
    .map(({ field, span, start }) => ({ field, start, end: start + lengthOf(span) }))
    .sort((one, other) => one.start - other.start || one.end - other.end);
  const [first] = spans;
  const turned = first && spans.length > 1 ? [...spans, { ...first, start: first.start + WEEK, end: first.end + WEEK }] : spans;
  const found: string[] = [];
  let until = -Infinity;
  for (const { field, start, end } of turned) {
    if (start < until) found.push(field);
    until = Math.max(until, end);
  }
  return found;
}

function faultOf({ start, end }: Span): Fault | undefined {
  if (!isTime(start) || !isTime(end)) return "missing";
  if (minutesOf(start) % 5 !== 0 || minutesOf(end) % 5 !== 0) return "not-five-minutes";
  return undefined;
}

function lengthOf({ start, end }: Span): number {
  return (minutesOf(end) - minutesOf(start) + DAY) % DAY || DAY;
}

function isTime(text: string): boolean {
  return /^\d{2}:\d{2}$/.test(text);
}

function minutesOf(wall: string): number {
  const [hours = 0, minutes = 0] = wall.split(":").map(Number);
  return hours * 60 + minutes;
}
