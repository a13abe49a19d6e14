import { expect, it } from "vitest";
import { holds } from "@/app/feature";

it("an entry is marked on its own page, on those below it and on those it leads to", () => {
  const entry = { to: "/find", leadsTo: ["/book"] };
  expect(["/find", "/find/more", "/book/prc_1"].map((address) => holds(entry, address))).toEqual([true, true, true]);
  expect(["/findings", "/booking", "/"].map((address) => holds(entry, address))).toEqual([false, false, false]);
});
