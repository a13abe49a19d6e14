import { describe, expect, it } from "vitest";
import { ConnectionError, ProblemError } from "@/api/problems";
import { type Event, type Flow, next, START } from "@/components/booking/flow";

const SLOT = { start: "2026-11-24T08:20:00Z", end: "2026-11-24T08:40:00Z" };
const OTHER = { start: "2026-11-24T09:00:00Z", end: "2026-11-24T09:20:00Z" };
const HOLD = { ...SLOT, hold_id: "hold_1", practitioner_id: "prc_1", patient_id: "pat_1", room_id: null, expires_at: "2026-11-24T08:00:00Z" };

const after = (...events: Event[]): Flow => events.reduce(next, START);
const refusal = (slug: string, status: number, more: object = {}): Event => ({
  type: "refused",
  error: new ProblemError({ type: `https://salus.dev/problems/${slug}`, title: slug, status, ...more }),
});
const lost: Event = { type: "refused", error: new ConnectionError() };
const held: Event[] = [{ type: "choose", slot: SLOT }, { type: "held", hold: HOLD }];
const sent: Event[] = [...held, { type: "confirm" }];

describe("a booking", () => {
  it("reserves the chosen time, asks for details, and is booked", () => {
    expect(after(...held)).toMatchObject({ step: "details", slot: SLOT, hold: HOLD, lapsed: false });
    expect(after(...sent, { type: "booked" })).toEqual({ step: "booked" });
  });

  it("ignores a second choice while the first is being reserved", () => {
    expect(after({ type: "choose", slot: SLOT }, { type: "choose", slot: OTHER })).toMatchObject({ step: "holding", slot: SLOT });
  });

  it("ignores a second confirmation", () => {
    expect(after(...sent, { type: "confirm" })).toEqual(after(...sent));
  });

  it("offers what else is free when the time was taken, before and after it was reserved", () => {
    const alternatives = [{ ...OTHER, room_id: null }];
    const conflicts = [{ resource: "practitioner", ...SLOT }];
    const taken = refusal("slot-taken", 409, { conflicts, alternatives });
    const offered = { step: "choosing", refusal: { kind: "taken", wanted: SLOT, conflicts, alternatives } };
    expect(after({ type: "choose", slot: SLOT }, taken)).toEqual(offered);
    expect(after(...sent, taken)).toMatchObject({ step: "choosing", refusal: { kind: "taken", alternatives } });
  });

  it("goes back to the free times when the hours have changed meanwhile", () => {
    expect(after(...sent, refusal("not-bookable", 422))).toMatchObject({ step: "choosing", refusal: { kind: "not-bookable" } });
  });

  it("says that the reservation has ended, and reserves the same time again", () => {
    const lapsed = after(...held, { type: "lapse" });
    expect(lapsed).toMatchObject({ step: "details", lapsed: true, slot: SLOT });
    expect(next(lapsed, { type: "choose", slot: SLOT })).toEqual({ step: "holding", slot: SLOT, again: true });
  });

  it("is not undone by the clock while it is under way or unsure", () => {
    expect(after(...sent, { type: "lapse" })).toMatchObject({ step: "booking", lapsed: false });
    expect(after(...sent, lost, { type: "lapse" })).toMatchObject({ step: "unsure", lapsed: false });
  });

  it("is unsure when the answer was lost, and can then only be sent again as it was", () => {
    const unsure = after(...sent, lost);
    expect(unsure).toMatchObject({ step: "unsure", slot: SLOT, hold: HOLD });
    expect(after(...sent, refusal("internal", 500)).step).toBe("unsure");
    expect(next(unsure, { type: "choose", slot: OTHER })).toBe(unsure);
    expect(next(unsure, { type: "back" })).toBe(unsure);
    expect(next(next(unsure, { type: "confirm" }), { type: "booked" })).toEqual({ step: "booked" });
  });

  it("keeps the reserved time when only the details are wrong", () => {
    expect(after(...sent, refusal("invalid", 422))).toMatchObject({ step: "details", hold: HOLD, lapsed: false });
  });

  it("has the hold end when the API does not know it for this visit", () => {
    expect(after(...sent, refusal("hold-unusable", 422))).toMatchObject({ step: "details", lapsed: true });
  });

  it("shows the clashes of a series where it was asked for", () => {
    const clashes = [{ occurrence: 2, start: OTHER.start, problem: "slot-taken", conflicts: [], alternatives: [] }];
    const refused = after(...sent, { type: "give-back" }, refusal("series-conflict", 409, { clashes, free: [] }));
    expect(refused).toMatchObject({ step: "details", hold: null, clashes });
  });

  it("can be tried again when nobody answered while reserving", () => {
    const failed = after({ type: "choose", slot: SLOT }, lost);
    expect(failed).toMatchObject({ step: "choosing", refusal: { kind: "failed", wanted: SLOT } });
    expect(next(failed, { type: "choose", slot: SLOT }).step).toBe("holding");
  });
});
