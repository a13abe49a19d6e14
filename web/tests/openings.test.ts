import { describe, expect, it } from "vitest";
import { dayAfter, distinct } from "@/api/visits";

const opening = (start: string, practitioner_id = "prc_1") => ({ practitioner_id, department_id: "dep_1", start, end: start, room_id: null, time_zone: "Europe/Berlin" });

describe("a search that is full", () => {
  const from = "2026-11-23";

  it("goes on with the last day that it came to, by the clinic's calendar", () => {
    const slots = [opening("2026-11-23T09:00:00Z"), opening("2026-11-24T23:30:00Z")];
    expect(dayAfter({ from, slots }, "2026-11-30")).toBe("2026-11-25");
  });

  it("goes on with the next day where one day fills it", () => {
    expect(dayAfter({ from, slots: [opening("2026-11-23T09:00:00Z")] }, "2026-11-30")).toBe("2026-11-24");
  });

  it("ends with the last day that was asked for", () => {
    expect(dayAfter({ from, slots: [opening("2026-11-23T09:00:00Z")] }, from)).toBeUndefined();
    expect(dayAfter({ from, slots: [] }, "2026-11-30")).toBeUndefined();
  });
});

it("shows once what two searches have found", () => {
  const [nine, ten, other] = [opening("2026-11-23T09:00:00Z"), opening("2026-11-23T10:00:00Z"), opening("2026-11-23T10:00:00Z", "prc_2")];
  expect(distinct([nine, ten, ten, other])).toEqual([nine, ten, other]);
});
