import { describe, expect, it } from "vitest";
import { occurrencesOf, weeksLater } from "@/components/booking/series";

const BERLIN = "Europe/Berlin";

describe("a series", () => {
  it("keeps the clinic's clock over the end of daylight saving", () => {
    expect(weeksLater("2026-10-20T07:20:00Z", 1, BERLIN)).toBe("2026-10-27T08:20:00Z");
  });

  it("keeps the clinic's clock over its beginning", () => {
    expect(weeksLater("2027-03-23T08:20:00Z", 1, BERLIN)).toBe("2027-03-30T07:20:00Z");
  });

  it("counts weeks by the clinic's days, where the UTC day is another", () => {
    expect(weeksLater("2026-11-24T22:30:00Z", 2, "Asia/Tokyo")).toBe("2026-12-08T22:30:00Z");
  });

  it("goes past a gap in the clock, east and west of Greenwich", () => {
    expect(weeksLater("2027-03-21T01:30:00Z", 1, BERLIN)).toBe("2027-03-28T01:30:00Z");
    expect(weeksLater("2027-03-07T07:30:00Z", 1, "America/New_York")).toBe("2027-03-14T07:30:00Z");
  });

  it("takes the first of two equal times", () => {
    expect(weeksLater("2027-10-24T00:30:00Z", 1, BERLIN)).toBe("2027-10-31T00:30:00Z");
    expect(weeksLater("2027-10-31T05:30:00Z", 1, "America/New_York")).toBe("2027-11-07T05:30:00Z");
  });

  it("begins with the time that was chosen and goes on in its interval", () => {
    const starts = occurrencesOf("2026-11-24T08:20:00Z", { count: 3, interval_weeks: 2 }, BERLIN, {}).map(({ start }) => start);
    expect(starts).toEqual(["2026-11-24T08:20:00Z", "2026-12-08T08:20:00Z", "2026-12-22T08:20:00Z"]);
  });

  it("moves and leaves out what was changed, and nothing else", () => {
    const changes = { 2: "2026-12-02T09:00:00Z", 3: null };
    const starts = occurrencesOf("2026-11-24T08:20:00Z", { count: 4, interval_weeks: 1 }, BERLIN, changes).map(({ start }) => start);
    expect(starts).toEqual(["2026-11-24T08:20:00Z", "2026-12-02T09:00:00Z", null, "2026-12-15T08:20:00Z"]);
  });
});
