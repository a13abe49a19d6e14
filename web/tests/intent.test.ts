import { expect, it } from "vitest";
import { Intent } from "@/api/intent";

const VISIT = { start: "2026-11-24T08:20:00Z" };

it("sends the same again under the same key, so that it is done once", () => {
  const intent = new Intent();
  expect(intent.keyFor({ ...VISIT })).toBe(intent.keyFor({ ...VISIT }));
});

it("sends something else under another key", () => {
  const intent = new Intent();
  const first = intent.keyFor(VISIT);
  expect(intent.keyFor({ start: "2026-11-24T09:00:00Z" })).not.toBe(first);
});

it("means it anew after it has succeeded", () => {
  const intent = new Intent();
  const first = intent.keyFor(VISIT);
  intent.done();
  expect(intent.keyFor(VISIT)).not.toBe(first);
});
