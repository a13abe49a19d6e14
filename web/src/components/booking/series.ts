import { addDays, dayOf } from "@/components/time";

/** A time that replaces one of a series, or null where that one is left out; by number, counted from 1. */
export type Changes = Record<number, string | null>;

export interface Repetition {
  count: number;
  interval_weeks: number;
}

export const MOST_VISITS = 20;

export interface Occurrence {
  occurrence: number;
  /** Null: it is left out. */
  start: string | null;
}

/** When the visits of a series are: at the same time by the clinic's clock, with the changes that were asked for. */
export function occurrencesOf(first: string, { count, interval_weeks }: Repetition, zone: string, changes: Changes): Occurrence[] {
  return Array.from({ length: count }, (_, at) => {
    const changed = changes[at + 1];
    return { occurrence: at + 1, start: changed === undefined ? weeksLater(first, at * interval_weeks, zone) : changed };
  });
}

const DAY = 86_400_000;

/**
 * The same time by the clock in `zone` that many weeks later, whatever daylight saving does in between. As in the API, a
 * time that comes twice is the first one, and one that is skipped is as long after the gap as it would have been in it.
 */
export function weeksLater(first: string, weeks: number, zone: string): string {
  if (weeks === 0) return first;
  const [clock, day] = [clockOf(first, zone), addDays(dayOf(first, zone), weeks * 7)];
  const asUtc = Date.parse(`${day}T${clock}Z`);
  const [before, after] = [asUtc - distance(asUtc - DAY, zone), asUtc - distance(asUtc + DAY, zone)];
  const shows = (instant: number) => instant + distance(instant, zone) === asUtc;
  const found = !shows(before) && shows(after) ? after : before;
  return new Date(found).toISOString().replace(".000Z", "Z");
}

/** By how much the clock in `zone` is ahead of UTC, in milliseconds. */
function distance(instant: number, zone: string): number {
  const iso = new Date(instant).toISOString();
  return Date.parse(`${dayOf(iso, zone)}T${clockOf(iso, zone)}Z`) - instant;
}

/** "09:20:00" by the clock in `zone`. */
function clockOf(instant: string, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(instant));
}
