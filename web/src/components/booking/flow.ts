import type { Schema } from "@/api/care";
import { ConnectionError, ProblemError, problemOf } from "@/api/problems";

export type Hold = Schema<"HoldOut">;
export type Clash = Schema<"ClashOut">;

/** A time that somebody chose; where it ends is known once the API has said so. */
export interface Chosen {
  start: string;
  end?: string;
}

/** Why a time could not be had. */
export type Refusal =
  | { kind: "taken"; wanted: Chosen; conflicts: Schema<"ConflictOut">[]; alternatives: Schema<"SlotOut">[] }
  | { kind: "not-bookable"; wanted: Chosen }
  | { kind: "failed"; wanted: Chosen; error: unknown };

/**
 * Where a booking is.
 *
 * - choosing: among free times, perhaps because another was refused;
 * - holding: a time is being reserved, `again` after its reservation had ended;
 * - details: the time is ours until the hold ends; `lapsed` once it has;
 * - booking: sent;
 * - unsure: sent, and nobody knows whether it arrived. Sent again as it was, it cannot book twice;
 * - booked.
 */
export type Flow =
  | { step: "choosing"; refusal?: Refusal }
  | { step: "holding"; slot: Chosen; again: boolean }
  | { step: "details"; slot: Chosen; hold: Hold | null; lapsed: boolean; error?: unknown; clashes?: Clash[] }
  | { step: "booking"; slot: Chosen; hold: Hold | null; lapsed: boolean }
  | { step: "unsure"; slot: Chosen; hold: Hold | null; lapsed: boolean }
  | { step: "booked" };

export type Event =
  | { type: "choose"; slot: Chosen }
  | { type: "held"; hold: Hold }
  | { type: "lapse" }
  | { type: "confirm" }
  | { type: "give-back" }
  | { type: "booked" }
  | { type: "refused"; error: unknown }
  | { type: "back" };

export const START: Flow = { step: "choosing" };

/** What follows from what happens; whatever does not fit the present step changes nothing. */
export function next(flow: Flow, event: Event): Flow {
  switch (event.type) {
    case "choose":
      if (!mayChoose(flow)) return flow;
      return { step: "holding", slot: event.slot, again: flow.step === "details" };
    case "held":
      if (flow.step !== "holding") return flow;
      return { step: "details", slot: { start: event.hold.start, end: event.hold.end }, hold: event.hold, lapsed: false };
    case "lapse":
      // What is under way, or may have arrived, is decided by the API and not by the clock.
      return flow.step === "details" && flow.hold ? { ...flow, lapsed: true } : flow;
    case "confirm":
      if (flow.step !== "details" && flow.step !== "unsure") return flow;
      return { step: "booking", slot: flow.slot, hold: flow.hold, lapsed: flow.lapsed };
    case "give-back":
      return flow.step === "booking" ? { ...flow, hold: null, lapsed: false } : flow;
    case "booked":
      return flow.step === "booking" ? { step: "booked" } : flow;
    case "refused":
      return refused(flow, event.error);
    case "back":
      return flow.step === "details" ? START : flow;
  }
}

/** Whether a time can be chosen now: one thing at a time. */
export function mayChoose(flow: Flow): boolean {
  return flow.step === "choosing" || flow.step === "details";
}

function refused(flow: Flow, error: unknown): Flow {
  if (flow.step !== "holding" && flow.step !== "booking") return flow;
  const wanted = flow.slot;
  const taken = problemOf(error, "slot-taken");
  if (taken) return { step: "choosing", refusal: { kind: "taken", wanted, conflicts: taken.conflicts, alternatives: taken.alternatives } };
  if (problemOf(error, "not-bookable")) return { step: "choosing", refusal: { kind: "not-bookable", wanted } };
  if (flow.step === "holding") return { step: "choosing", refusal: { kind: "failed", wanted, error } };
  if (isUncertain(error)) return { ...flow, step: "unsure" };
  if (problemOf(error, "hold-unusable")) return { ...flow, step: "details", lapsed: true };
  const clashes = problemOf(error, "series-conflict")?.clashes;
  return { ...flow, step: "details", ...(clashes ? { clashes } : { error }) };
}

/** Whether it may have been done all the same. */
function isUncertain(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ProblemError && error.status >= 500);
}
