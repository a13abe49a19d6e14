import { dayOf } from "@/components/time";

/** The local day of the first of these times. */
export function firstWithin(slots: readonly { start: string }[], zone: string): string | undefined {
  const first = slots[0];
  return first && dayOf(first.start, zone);
}

/** Things by the local day of the clinic that each belongs to, in the order in which they come. */
export function byDay<T>(items: readonly T[], dayFor: (item: T) => string): [day: string, items: T[]][] {
  const days = new Map<string, T[]>();
  for (const item of items) {
    const day = dayFor(item);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days].sort(([one], [other]) => one.localeCompare(other));
}
