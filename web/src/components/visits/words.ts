import type { Visit } from "@/api/visits";
import { dayOf } from "@/components/time";

/** Whether a visit is still to come or goes on, so that something can be expected of it. */
export function isToCome(visit: Pick<Visit, "status" | "end">, now: Date = new Date()): boolean {
  return (visit.status === "booked" || visit.status === "checked-in" || visit.status === "arrived") && Date.parse(visit.end) > now.getTime();
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "in 3 days", "tomorrow", "in 2 hours", "now": days are those of the clinic's calendar, not spans of 24 hours. */
export function untilWords(start: string, zone: string, language: string, now: Date = new Date()): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const days = (Date.parse(dayOf(start, zone)) - Date.parse(dayOf(now, zone))) / DAY;
  if (days >= 14) return format.format(Math.round(days / 7), "week");
  if (days >= 1) return format.format(days, "day");
  const left = Math.max(0, Date.parse(start) - now.getTime());
  if (left >= HOUR) return format.format(Math.round(left / HOUR), "hour");
  return left >= MINUTE ? format.format(Math.floor(left / MINUTE), "minute") : format.format(0, "second");
}
