import type { Schema } from "@/api/care";
import { addDays } from "@/components/time";

type Leave = Schema<"LeaveOut">;

/** Days off in a row that are alike. */
export interface Absence {
  from: string;
  to: string;
  start: string | null;
  end: string | null;
  reason: string | null;
  days: string[];
}

/** Leave from a day on, days in a row that are alike as one, in order. */
export function absencesFrom(leave: Leave[], day: string): Absence[] {
  const found: Absence[] = [];
  for (const { date, start, end, reason } of leave.filter((one) => one.date >= day).sort((one, other) => one.date.localeCompare(other.date))) {
    const last = found.at(-1);
    const alike = last?.start === start && last.end === end && last.reason === reason;
    if (alike && addDays(last.to, 1) === date) {
      last.to = date;
      last.days.push(date);
    } else found.push({ from: date, to: date, start, end, reason, days: [date] });
  }
  return found;
}

/** Every day from one to another, both included; none without a first, or where they are the wrong way round. */
export function daysFrom(from: string, to: string): string[] {
  const days: string[] = [];
  if (!from) return days;
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

export interface Absent {
  from: string;
  to: string;
  /** Part of a day: only on a single one. */
  part: boolean;
  start: string;
  end: string;
  reason: string;
}

/** Each day is a request of its own: more at once would try somebody's patience. */
export const MOST_DAYS = 62;

export type Fault = "date-missing" | "before-from" | "too-long" | "missing" | "not-five-minutes" | "not-after";

export function faultsOf({ from, to, part, start, end }: Absent): Partial<Record<keyof Absent, Fault>> {
  const faults: Partial<Record<keyof Absent, Fault>> = {};
  if (!from) faults.from = "date-missing";
  if (to && from && to < from) faults.to = "before-from";
  else if (daysFrom(from, to || from).length > MOST_DAYS) faults.to = "too-long";
  if (part) {
    for (const [name, wall] of [["start", start], ["end", end]] as const) {
      if (!/^\d{2}:\d{2}$/.test(wall)) faults[name] = "missing";
      else if (Number(wall.slice(3)) % 5 !== 0) faults[name] = "not-five-minutes";
    }
    if (!faults.start && !faults.end && end <= start) faults.end = "not-after";
  }
  return faults;
}

/** What the API takes for each of the days. */
export function leaveOf({ part, start, end, reason }: Absent): Schema<"LeaveIn"> {
  return { reason: reason.trim() || null, ...(part ? { start, end } : {}) };
}
