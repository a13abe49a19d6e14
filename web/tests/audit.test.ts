import { expect, it } from "vitest";
import { instantOf, localOf } from "@/components/audit/local";
import { trailFilter } from "@/components/audit/search";
import matrix from "@/features/access/matrix.json";
import { condensed } from "@/features/record/condensed";
import de from "@/locales/de/deeds.json";
import en from "@/locales/en/deeds.json";

it("an address asks the trail only for what it can mean", () => {
  const asked = { about: "pat_1", actor: "usr-1", from: "2026-11-20T00:00:00.000Z" };
  expect(trailFilter({ ...asked, to: "tomorrow", limit: 7 })).toEqual(asked);
  expect(trailFilter({ about: "<script>", actor: "", from: 3 })).toEqual({});
});

it("a local time becomes the instant that it is, and the same local time again", () => {
  const instant = instantOf("2026-11-20T08:30");
  expect(instant).toBe(new Date(2026, 10, 20, 8, 30).toISOString());
  expect(localOf(instant)).toBe("2026-11-20T08:30");
  expect([instantOf(""), instantOf("soon"), localOf(undefined)]).toEqual([undefined, undefined, ""]);
});

it("what the same person did again within the hour is told once, and other things and people apart", () => {
  const read = { action: "ReadRecord", own: false, roles: ["doctor"], practitioner_id: "prc_1", because: "care-team", purpose: "TREAT", outcome: "granted" };
  const told = condensed([
    { ...read, at: "2026-11-20T10:30:00Z" },
    { ...read, at: "2026-11-20T10:20:00Z", action: "ReadSummary" },
    { ...read, at: "2026-11-20T10:10:00Z" },
    { ...read, at: "2026-11-20T10:05:00Z", because: "emergency" },
    { ...read, at: "2026-11-20T09:20:00Z" },
  ]);
  expect(told.map(({ disclosure, times }) => [disclosure.at.slice(11, 16), times])).toEqual([
    ["10:30", 2],
    ["10:20", 1],
    ["10:05", 1],
    ["09:20", 1],
  ]);
});

it.each([
  ["en", en],
  ["de", de],
])("tells of everything that anybody may do as something that was done: %s", (_, deeds) => {
  expect(matrix.actions.map(({ action }) => action).filter((action) => !(action in deeds.done))).toEqual([]);
});
