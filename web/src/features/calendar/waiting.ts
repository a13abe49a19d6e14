import type { Visit } from "@/api/visits";

export interface Queue {
  inRoom: Visit[];
  /** By when they came in. */
  waiting: Visit[];
  /** The first who is booked and not over yet. */
  next: Visit | undefined;
}

/** Where a day stands. */
export function queueOf(visits: Visit[], now: Date): Queue {
  const inRoom = visits.filter(({ status }) => status === "arrived");
  const waiting = visits.filter(({ status }) => status === "checked-in").sort((one, other) => enteredAt(one) - enteredAt(other));
  const next = visits.find(({ status, end }) => status === "booked" && Date.parse(end) > now.getTime());
  return { inRoom, waiting, next };
}

/** Whole minutes that the visit has been in its present state. */
export function minutesSince(visit: Visit, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - enteredAt(visit)) / 60_000));
}

/** When the visit came into its present state: the last entry of its history. */
function enteredAt({ history, created_at: created }: Visit): number {
  return Date.parse(history.at(-1)?.at ?? created);
}
