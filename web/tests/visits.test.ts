import { describe, expect, it } from "vitest";
import { stepsOf } from "@/components/visits/steps";

const START = "2026-11-24T08:00:00Z";
const BEFORE = new Date("2026-11-24T07:00:00Z");
const AFTER = new Date("2026-11-24T08:00:00Z");
const everything = () => true;

describe("what can be done with a visit", () => {
  it("has nobody fail to come before it begins", () => {
    expect(stepsOf({ status: "booked", start: START }, everything, BEFORE)).toEqual(["check-in", "move", "cancel"]);
    expect(stepsOf({ status: "booked", start: START }, everything, AFTER)).toContain("no-show");
  });

  it("is only what the caller may do", () => {
    expect(stepsOf({ status: "booked", start: START }, (action) => action === "CheckInAppointment", AFTER)).toEqual(["check-in"]);
  });

  it("is nothing once it is over", () => {
    for (const status of ["fulfilled", "cancelled", "noshow"] as const) expect(stepsOf({ status, start: START }, everything, AFTER)).toEqual([]);
  });
});
