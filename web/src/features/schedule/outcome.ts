import type { Schema } from "@/api/care";

type Outcome = Schema<"PreviewOut">;

/** The days on which something changes. */
export function changedDays(days: Outcome["days"]): Outcome["days"] {
  return days.filter(({ free_before: before, free_after: after }) => before !== after);
}

/** Free times of all days together. */
export function freeOf(days: Outcome["days"]): { before: number; after: number } {
  const sum = (counts: number[]) => counts.reduce((one, other) => one + other, 0);
  return { before: sum(days.map((day) => day.free_before)), after: sum(days.map((day) => day.free_after)) };
}

/** What several changes of one day each would do together. */
export function joined(outcomes: Outcome[]): Outcome {
  const affected = new Map(outcomes.flatMap((outcome) => outcome.affected.map((visit) => [visit.appointment_id, visit] as const)));
  return {
    days: outcomes.flatMap(({ days }) => days).sort((one, other) => one.date.localeCompare(other.date)),
    affected: [...affected.values()].sort((one, other) => one.start.localeCompare(other.start)),
  };
}
