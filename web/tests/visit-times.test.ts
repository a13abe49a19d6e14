import { describe, expect, it } from "vitest";
import { byDay } from "@/components/booking/days";
import { dayOf } from "@/components/time";
import { isToCome, untilWords } from "@/components/visits/words";

const BERLIN = "Europe/Berlin";
const until = (start: string, now: string, language = "en") => untilWords(start, BERLIN, language, new Date(now));

describe("the time until a visit", () => {
  it("is tomorrow by the clinic's calendar, even if it is in ten hours", () => {
    expect(until("2026-11-24T07:00:00Z", "2026-11-23T21:00:00Z")).toBe("tomorrow");
  });

  it("is hours on the same day, though UTC has another", () => {
    expect(until("2026-11-24T07:00:00Z", "2026-11-23T23:30:00Z")).toBe("in 8 hours");
  });

  it("counts days across the night on which clocks change", () => {
    expect(until("2026-10-26T08:00:00Z", "2026-10-24T20:00:00Z", "de")).toBe("übermorgen");
  });

  it("is said in weeks when it is far, and is now when it has come", () => {
    expect(until("2026-12-15T08:00:00Z", "2026-11-24T08:00:00Z")).toBe("in 3 weeks");
    expect(until("2026-11-24T08:00:00Z", "2026-11-24T08:05:00Z")).toBe("now");
  });
});

describe("a visit", () => {
  it("is to come until it has ended, unless nothing is expected of it any more", () => {
    const now = new Date("2026-11-24T08:10:00Z");
    const end = "2026-11-24T08:20:00Z";
    expect(isToCome({ status: "arrived", end }, now)).toBe(true);
    expect(isToCome({ status: "booked", end: "2026-11-24T08:10:00Z" }, now)).toBe(false);
    expect(isToCome({ status: "cancelled", end }, now)).toBe(false);
  });
});

describe("free times by day", () => {
  const days = (zone: string, ...starts: string[]) => byDay(starts, (start) => dayOf(start, zone));

  it("belong to the clinic's day, not to that of UTC", () => {
    expect(days("Asia/Tokyo", "2026-11-24T14:30:00Z", "2026-11-24T15:30:00Z").map(([day]) => day)).toEqual(["2026-11-24", "2026-11-25"]);
  });

  it("stay on one day where the clock shows an hour twice", () => {
    expect(days(BERLIN, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")).toEqual([["2026-10-25", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]]]);
  });

  it("are in the order of days when clinics of several zones are mixed", () => {
    const slots = [
      { start: "2026-11-24T15:30:00Z", zone: "Asia/Tokyo" },
      { start: "2026-11-24T15:40:00Z", zone: BERLIN },
    ];
    expect(byDay(slots, ({ start, zone }) => dayOf(start, zone)).map(([day]) => day)).toEqual(["2026-11-24", "2026-11-25"]);
  });
});
