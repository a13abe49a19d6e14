import { expect, it } from "vitest";
import { instantOf, localOf } from "@/components/audit/local";
import { trailFilter } from "@/components/audit/search";

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
