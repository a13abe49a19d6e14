import { expect, it } from "vitest";
import { neighbour } from "@/components/SlotPicker";

const COUNTS = [2, 0, 3];

it.each([
  ["ArrowDown", 0, 0, [0, 1]],
  ["ArrowDown", 0, 1, undefined],
  ["ArrowUp", 2, 2, [2, 1]],
  ["ArrowUp", 0, 0, undefined],
  ["ArrowRight", 0, 1, [2, 1]],
  ["ArrowLeft", 2, 2, [0, 1]],
  ["ArrowLeft", 0, 0, undefined],
  ["Enter", 0, 0, undefined],
])("%s from day %i, time %i leads over empty days to %j", (key, day, row, expected) => {
  expect(neighbour(COUNTS, key, day, row)).toEqual(expected);
});
