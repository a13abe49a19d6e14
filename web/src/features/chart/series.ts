import type { Entry, Measurement } from "@/api/record";

export interface Point {
  entryId: string;
  at: string;
  measurement: Measurement;
}

export interface Series {
  code: string;
  unit: string;
  /** The oldest first. */
  points: Point[];
}

/** What was measured of each sign, the oldest first; what was entered in error was not. */
export function seriesOf(entries: readonly Entry<"vitals">[]): Series[] {
  const standing = entries.filter(({ status }) => status !== "entered-in-error").sort((one, other) => one.at.localeCompare(other.at));
  const series = new Map<string, Series>();
  for (const { entry_id: entryId, at, content } of standing)
    for (const measurement of content.measurements) {
      const { code, canonical_unit: unit } = measurement;
      const known = series.get(code) ?? { code, unit, points: [] };
      series.set(code, { ...known, points: [...known.points, { entryId, at, measurement }] });
    }
  return [...series.values()];
}
