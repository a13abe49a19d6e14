import { expect, it } from "vitest";
import { faultsOf, usualWish, wishOf } from "@/components/waitlist/wish";

const TODAY = "2026-11-23";
const USUAL = { ...usualWish(TODAY), specialty: "cardiology" as const };

it("is no wish without somebody to wait for", () => {
  expect(faultsOf(usualWish(TODAY), TODAY)).toEqual({ specialty: "target" });
  expect(faultsOf(USUAL, TODAY)).toEqual({});
});

it("takes a period from today on, of at most 92 days", () => {
  expect(faultsOf({ ...USUAL, from: "2026-11-22" }, TODAY)).toEqual({ from: "from" });
  expect(faultsOf({ ...USUAL, to: "2027-02-22" }, TODAY)).toEqual({});
  expect(faultsOf({ ...USUAL, to: "2027-02-23" }, TODAY)).toEqual({ to: "to" });
  expect(faultsOf({ ...USUAL, from: "2026-12-24", to: "2026-12-23" }, TODAY)).toEqual({ to: "to" });
  expect(faultsOf({ ...USUAL, from: "" }, TODAY)).toEqual({ from: "from" });
});

it("does not end before it begins", () => {
  expect(faultsOf({ ...USUAL, earliest: "12:00", latest: "11:30" }, TODAY)).toEqual({ latest: "latest" });
  expect(faultsOf({ ...USUAL, earliest: "12:00", latest: null }, TODAY)).toEqual({});
});

it("waits for one doctor where one is chosen, and names the days in their order", () => {
  const values = { ...USUAL, practitioner_id: "prc_1", weekdays: ["4", "1"], earliest: "08:00", mode: "video" as const, reason: "  knee " };
  expect(wishOf(values, "pat_1", "Europe/Berlin")).toEqual({
    patient_id: "pat_1",
    practitioner_id: "prc_1",
    from: TODAY,
    to: "2026-12-21",
    earliest: "08:00",
    weekdays: [1, 4],
    time_zone: "Europe/Berlin",
    mode: "video",
    priority: "routine",
    reason: "knee",
  });
});
