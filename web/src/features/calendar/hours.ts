import { planOn, type Schedule } from "@/api/schedules";
import { addDays, formatTime } from "@/components/time";

/** Minutes of a local day on the clock, `start` included, `end` not; 1440 is the midnight that ends it. */
export interface Stretch {
  start: number;
  end: number;
}

const DAY = 1440;

/** Monday 0 … Sunday 6. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  return addDays(day, -weekdayOf(day));
}

/** When somebody works on a local day, without breaks: what began the evening before too. In order, nothing twice. */
export function workedOn(schedule: Schedule, day: string): Stretch[] {
  const stretches = [-1, 0].flatMap((offset) => {
    const began = addDays(day, offset);
    const plan = planOn(schedule, began);
    if (!plan) return [];
    const hours = plan.weekly.filter(({ weekday }) => weekday === weekdayOf(began)).map((span) => shifted(span, offset));
    const breaks = [offset - 1, offset, offset + 1].flatMap((near) =>
      (plan.breaks ?? [])
        .filter(({ weekday }) => weekday === null || weekday === undefined || weekday === weekdayOf(addDays(day, near)))
        .map((span) => shifted(span, near)),
    );
    return hours.flatMap((worked) => without(worked, breaks));
  });
  return merged(stretches.map(({ start, end }) => ({ start: Math.max(start, 0), end: Math.min(end, DAY) })).filter(({ start, end }) => start < end));
}

/** The rest of the day. */
export function offOn(schedule: Schedule, day: string): Stretch[] {
  return without({ start: 0, end: DAY }, workedOn(schedule, day));
}

/** The time off on a local day, if any. */
export function leaveOn(schedule: Schedule, day: string): (Stretch & { whole: boolean }) | undefined {
  const leave = schedule.leave.find(({ date }) => date === day);
  if (!leave) return undefined;
  const start = leave.start ? minutesOf(leave.start) : 0;
  const end = leave.end ? minutesOf(leave.end) : DAY;
  return { start, end, whole: start === 0 && end === DAY };
}

/** "2026-11-24T09:30" of a day and its minute 570. */
export function wallTime(day: string, minute: number): string {
  const [on, rest] = minute >= DAY ? [addDays(day, 1), minute - DAY] : [day, minute];
  return `${on}T${clockOf(rest)}`;
}

/** "09:30" of minute 570; "24:00" of the end of the day. */
export function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** 570 of "09:30". */
export function minutesOf(wall: string): number {
  const [hours = 0, minutes = 0] = wall.split(":").map(Number);
  return hours * 60 + minutes;
}

/** 570 of an instant at which the clocks there show 09:30. */
export function minuteOf(instant: string, zone: string): number {
  return minutesOf(formatTime(instant, zone, "en"));
}

/** From the first to the last hour in which anything is, with one to spare at each end; a usual day where nothing is. */
export function shownHours(stretches: Stretch[]): Stretch {
  if (stretches.length === 0) return { start: 8 * 60, end: 18 * 60 };
  const first = Math.min(...stretches.map(({ start }) => start));
  const last = Math.max(...stretches.map(({ end }) => end));
  return { start: Math.max(0, Math.floor(first / 60) * 60 - 60), end: Math.min(DAY, Math.ceil(last / 60) * 60 + 60) };
}

/** An end that is not after the start is on the next day. */
function shifted({ start, end }: { start: string; end: string }, days: number): Stretch {
  const [from, to] = [minutesOf(start), minutesOf(end)];
  return { start: from + days * DAY, end: to + (days + (to > from ? 0 : 1)) * DAY };
}

function without(stretch: Stretch, others: Stretch[]): Stretch[] {
  return others.reduce(
    (left, other) =>
      left.flatMap(({ start, end }) =>
        [
          { start, end: Math.min(end, other.start) },
          { start: Math.max(start, other.end), end },
        ].filter((piece) => piece.start < piece.end),
      ),
    [stretch],
  );
}

function merged(stretches: Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const { start, end } of [...stretches].sort((one, other) => one.start - other.start)) {
    const last = found.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end });
  }
  return found;
}
