import { describe, expect, it } from "vitest";
import { type Absent, absencesFrom, daysFrom, faultsOf as leaveFaultsOf, leaveOf } from "@/features/schedule/leave";
import { changedDays, freeOf, joined } from "@/features/schedule/outcome";
import { copiedTo, faultsOf, hoursField, type Hours, lastsIntoNextDay, scheduleOf, type Week, weekOf } from "@/features/schedule/week";

const at = (start: string, end: string): Hours => ({ start, end, room_id: null });

function week(days: Partial<Record<number, Hours[]>>, more: Partial<Week> = {}): Week {
  const empty = weekOf(undefined, "Europe/Berlin", "2026-11-23");
  return { ...empty, days: empty.days.map((none, day) => days[day] ?? none), ...more };
}

describe("a week", () => {
  it("begins as a copy of the one that holds, in the order of the clock", () => {
    const weekly = [
      { weekday: 1, start: "13:00", end: "17:00", room_id: "room_2" },
      { weekday: 1, start: "09:00", end: "12:00", room_id: null },
    ];
    const plan = { version: 4, time_zone: "Asia/Tokyo", slot_minutes: 15, weekly, breaks: [], valid_from: "2020-01-01", valid_to: "2030-01-01" };
    const copy = weekOf(plan, "Europe/Berlin", "2026-11-23");
    expect(copy).toMatchObject({ time_zone: "Asia/Tokyo", slot_minutes: 15, valid_from: "2026-11-23", valid_to: "" });
    expect(copy.days[1]?.map(({ start }) => start)).toEqual(["09:00", "13:00"]);
  });

  it("goes to the API with the weekdays of its hours, and null for what is empty", () => {
    const body = scheduleOf(week({ 0: [at("09:00", "12:00")], 2: [at("10:00", "11:00")] }));
    expect(body.weekly.map(({ weekday }) => weekday)).toEqual([0, 2]);
    expect(body.valid_to).toBeNull();
  });

  it("finds the field of hours that the API counts through", () => {
    const { days } = week({ 0: [at("09:00", "12:00"), at("13:00", "14:00")], 3: [at("10:00", "11:00")] });
    expect([0, 1, 2, 3].map((number) => hoursField(days, number))).toEqual(["days.0.0", "days.0.1", "days.3.0", undefined]);
  });

  it("copies a day onto others, which then have hours of their own", () => {
    const copied = copiedTo(week({ 0: [at("09:00", "12:00")], 1: [at("10:00", "11:00")] }).days, 0, [1, 4]);
    expect(copied.map((hours) => hours.length)).toEqual([1, 1, 0, 0, 1, 0, 0]);
    expect(copied[1]).toEqual(copied[0]);
    expect(copied[1]?.[0]).not.toBe(copied[0]?.[0]);
  });
});

describe("hours", () => {
  it("that do not end after they begin last into the next day", () => {
    expect(lastsIntoNextDay(at("22:00", "06:00"))).toBe(true);
    expect(lastsIntoNextDay(at("08:00", "08:00"))).toBe(true);
    expect(lastsIntoNextDay(at("09:00", "12:00"))).toBe(false);
    expect(lastsIntoNextDay(at("22:00", ""))).toBe(false);
  });

  it("may meet but not overlap", () => {
    expect(faultsOf(week({ 0: [at("09:00", "12:00"), at("12:00", "14:00")] }))).toEqual({});
    expect(faultsOf(week({ 0: [at("09:00", "12:00"), at("11:55", "14:00")] }))).toEqual({ "days.0.1": "overlap" });
  });

  it("overlap with what began before, however they are ordered and whatever is between", () => {
    expect(faultsOf(week({ 0: [at("11:00", "12:00"), at("09:00", "17:00")] }))).toEqual({ "days.0.0": "overlap" });
    expect(faultsOf(week({ 0: [at("09:00", "17:00"), at("10:00", "11:00"), at("12:00", "13:00")] }))).toEqual({ "days.0.1": "overlap", "days.0.2": "overlap" });
  });

  it("overlap over midnight, and over the end of the week", () => {
    expect(faultsOf(week({ 0: [at("22:00", "06:00")], 1: [at("05:00", "09:00")] }))).toEqual({ "days.1.0": "overlap" });
    expect(faultsOf(week({ 0: [at("05:00", "09:00")], 6: [at("22:00", "06:00")] }))).toEqual({ "days.0.0": "overlap" });
    expect(faultsOf(week({ 0: [at("06:00", "09:00")], 6: [at("22:00", "06:00")] }))).toEqual({});
  });

  it("of a whole day alone in the week are no overlap", () => expect(faultsOf(week({ 2: [at("08:00", "08:00")] }))).toEqual({}));

  it("need both times, in steps of five minutes, and room for one visit", () => {
    expect(faultsOf(week({ 0: [at("09:00", "")], 1: [at("09:02", "12:00")], 2: [at("09:00", "09:10")] }))).toEqual({
      "days.0.0": "missing",
      "days.1.0": "not-five-minutes",
      "days.2.0": "no-slot-fits",
    });
  });

  it("hold for days in order", () => {
    expect(faultsOf(week({}, { valid_to: "2026-11-22" }))).toEqual({ valid_to: "before-from" });
    expect(faultsOf(week({}, { valid_to: "2026-11-23" }))).toEqual({});
    expect(faultsOf(week({}, { valid_from: "" }))).toEqual({ valid_from: "date-missing" });
  });

  it("have breaks with both times", () => expect(faultsOf(week({}, { breaks: [{ weekday: null, start: "12:00", end: "" }] }))).toEqual({ "breaks.0": "missing" }));
});

describe("leave", () => {
  const absent: Absent = { from: "2026-11-23", to: "", part: false, start: "12:00", end: "17:00", reason: " " };
  const day = (date: string, reason: string | null = null) => ({ date, start: null, end: null, reason });

  it("in a row and alike is told as one", () => {
    const found = absencesFrom([day("2026-11-25"), day("2026-11-24"), day("2026-11-26", "Course"), day("2026-11-28"), day("2026-11-20")], "2026-11-23");
    expect(found.map(({ from, to, days }) => [from, to, days.length])).toEqual([
      ["2026-11-24", "2026-11-25", 2],
      ["2026-11-26", "2026-11-26", 1],
      ["2026-11-28", "2026-11-28", 1],
    ]);
  });

  it("counts each day once, over the end of summer time too", () => {
    expect(daysFrom("2026-10-24", "2026-10-26")).toEqual(["2026-10-24", "2026-10-25", "2026-10-26"]);
    expect(daysFrom("2026-03-28", "2026-03-30")).toHaveLength(3);
    expect(daysFrom("2026-11-24", "2026-11-23")).toEqual([]);
  });

  it("needs a first day, a last one not before it, and not too many", () => {
    expect(leaveFaultsOf({ ...absent, from: "" })).toEqual({ from: "date-missing" });
    expect(leaveFaultsOf({ ...absent, to: "2026-11-22" })).toEqual({ to: "before-from" });
    expect(leaveFaultsOf({ ...absent, to: "2027-11-22" })).toEqual({ to: "too-long" });
    expect(leaveFaultsOf(absent)).toEqual({});
  });

  it("of part of a day has an end after its beginning", () => {
    expect(leaveFaultsOf({ ...absent, part: true, end: "12:00" })).toEqual({ end: "not-after" });
    expect(leaveFaultsOf({ ...absent, part: true, start: "", end: "12:03" })).toEqual({ start: "missing", end: "not-five-minutes" });
  });

  it("of a whole day has no times, and no empty note", () => {
    expect(leaveOf(absent)).toEqual({ reason: null });
    expect(leaveOf({ ...absent, part: true, reason: "Course " })).toEqual({ reason: "Course", start: "12:00", end: "17:00" });
  });
});

describe("a preview", () => {
  const visit = (id: string, start: string) => ({ appointment_id: id, patient_id: "pat_1", start, end: start, status: "booked" as const });
  const one = { days: [{ date: "2026-11-24", free_before: 3, free_after: 0 }], affected: [visit("b", "2026-11-24T09:00:00Z")] };
  const other = { days: [{ date: "2026-11-23", free_before: 2, free_after: 2 }], affected: [visit("a", "2026-11-23T23:50:00Z"), visit("b", "2026-11-24T09:00:00Z")] };

  it("of several days tells each visit once, in order", () => {
    const both = joined([one, other]);
    expect(both.days.map(({ date }) => date)).toEqual(["2026-11-23", "2026-11-24"]);
    expect(both.affected.map(({ appointment_id: id }) => id)).toEqual(["a", "b"]);
  });

  it("adds up what is free, and shows the days that change", () => {
    const { days } = joined([one, other]);
    expect(freeOf(days)).toEqual({ before: 5, after: 2 });
    expect(changedDays(days).map(({ date }) => date)).toEqual(["2026-11-24"]);
  });
});
