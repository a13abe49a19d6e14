import { describe, expect, it } from "vitest";
import { addDays, cityOf, dayOf, formatDay, formatMoney, formatOffset, formatTimes } from "@/components/time";

const BERLIN = "Europe/Berlin";

describe("a time", () => {
  it("is shown in the clinic's zone, summer and winter", () => {
    expect(formatTimes("2026-07-01T07:20:00Z", "2026-07-01T07:40:00Z", BERLIN, "en")).toBe("09:20–09:40");
    expect(formatOffset("2026-07-01T07:20:00Z", BERLIN)).toBe("GMT+2");
    expect(formatTimes("2026-12-01T08:20:00Z", "2026-12-01T08:40:00Z", BERLIN, "de")).toBe("09:20–09:40");
    expect(formatOffset("2026-12-01T08:20:00Z", BERLIN)).toBe("GMT+1");
  });

  it("is midnight and not 24 o'clock", () => {
    expect(formatTimes("2026-12-01T23:00:00Z", "2026-12-01T23:20:00Z", BERLIN, "en")).toBe("00:00–00:20");
  });

  it("belongs to the day that it is at the clinic", () => {
    expect(dayOf("2026-11-23T23:30:00Z", BERLIN)).toBe("2026-11-24");
    expect(dayOf("2026-11-23T23:30:00Z", "America/New_York")).toBe("2026-11-23");
  });

  it("names the year only where it is not this one", () => {
    const year = new Date().getFullYear();
    expect(formatDay(`${year}-05-20T10:00:00Z`, BERLIN, "en")).not.toContain(String(year));
    expect(formatDay("2031-11-24T10:00:00Z", BERLIN, "en")).toBe("Mon 24 Nov 2031");
    expect(formatDay("2031-11-24T10:00:00Z", BERLIN, "de")).toMatch(/^Mo\.?,? 24\. Nov\.? 2031$/);
  });
});

describe("a day", () => {
  it("is followed by the next one where clocks change too", () => {
    expect(addDays("2026-03-28", 1)).toBe("2026-03-29");
    expect(addDays("2026-03-29", 1)).toBe("2026-03-30");
    expect(addDays("2026-10-25", 1)).toBe("2026-10-26");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
  });
});

it("calls a zone by its city", () => {
  expect(cityOf("America/New_York")).toBe("New York");
  expect(cityOf("UTC")).toBe("UTC");
});

it("knows how many minor units a currency has", () => {
  expect(formatMoney(2550, "EUR", "en")).toBe("€25.50");
  expect(formatMoney(2550, "JPY", "en")).toMatch(/2,550/);
});
