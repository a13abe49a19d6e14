import { expect, it } from "vitest";
import { changesIn, type Entry } from "@/components/visits/entries";

const BOOKED: Entry = {
  version: 1,
  step: "book",
  status: "booked",
  at: "2026-11-20T08:00:00Z",
  actor: "usr_1",
  start: "2026-11-23T09:00:00Z",
  end: "2026-11-23T09:20:00Z",
  practitioner_id: "prc_1",
  room_id: "room_1",
  reason: null,
};

it("says what a step has changed, and nothing of what stayed", () => {
  expect(changesIn(BOOKED, { ...BOOKED, version: 2, step: "check-in", status: "checked-in" })).toEqual([]);
  expect(changesIn(BOOKED, { ...BOOKED, start: "2026-11-23T10:00:00Z", end: "2026-11-23T10:20:00Z" })).toEqual(["time"]);
  expect(changesIn(BOOKED, { ...BOOKED, practitioner_id: "prc_2", room_id: null })).toEqual(["practitioner", "room"]);
});
