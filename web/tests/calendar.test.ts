import { describe, expect, it } from "vitest";
import type { Visit } from "@/api/visits";
import type { Schedule } from "@/api/schedules";
import { clockOf, leaveOn, minuteOf, mondayOf, offOn, shownHours, wallTime, weekdayOf, workedOn } from "@/features/calendar/hours";
import { minutesSince, queueOf } from "@/features/calendar/waiting";

const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";

function schedule(plan: Partial<Schedule["plans"][number]>, ...others: Partial<Schedule["plans"][number]>[]): Schedule {
  const plans = [plan, ...others].map((one, at) => ({
    time_zone: "Europe/Berlin",
    slot_minutes: 20,
    weekly: [],
    breaks: [],
    valid_from: "2026-01-01",
    valid_to: null,
    version: at + 1,
    ...one,
  }));
  return { practitioner_id: "prc_1", version: plans.length, plans, leave: [], affected: [] };
}

const clocks = (stretches: { start: number; end: number }[]) => stretches.map(({ start, end }) => `${clockOf(start)}-${clockOf(end)}`);

describe("hours of a day", () => {
  it("are those of its weekday, without the breaks", () => {
    const week = schedule({
      weekly: [
        { weekday: 0, start: "09:00", end: "17:00", room_id: null },
        { weekday: 1, start: "10:00", end: "12:00", room_id: null },
      ],
      breaks: [{ start: "12:00", end: "13:00", weekday: null }],
    });
    expect(clocks(workedOn(week, MONDAY))).toEqual(["09:00-12:00", "13:00-17:00"]);
    expect(clocks(workedOn(week, TUESDAY))).toEqual(["10:00-12:00"]);
    expect(clocks(offOn(week, MONDAY))).toEqual(["00:00-09:00", "12:00-13:00", "17:00-24:00"]);
  });

  it("of a night belong to the evening and the morning after it", () => {
    const nights = schedule({ weekly: [{ weekday: 0, start: "22:00", end: "06:00", room_id: null }], breaks: [{ start: "23:45", end: "00:15", weekday: 0 }] });
    expect(clocks(workedOn(nights, MONDAY))).toEqual(["22:00-23:45"]);
    expect(clocks(workedOn(nights, TUESDAY))).toEqual(["00:15-06:00"]);
  });

  it("that end when they begin last a whole day", () => {
    const long = schedule({ weekly: [{ weekday: 0, start: "08:00", end: "08:00", room_id: null }] });
    expect(clocks(workedOn(long, MONDAY))).toEqual(["08:00-24:00"]);
    expect(clocks(workedOn(long, TUESDAY))).toEqual(["00:00-08:00"]);
  });

  it("that meet are one stretch", () => {
    const split = schedule({
      weekly: [
        { weekday: 0, start: "13:00", end: "17:00", room_id: null },
        { weekday: 0, start: "09:00", end: "13:00", room_id: null },
      ],
    });
    expect(clocks(workedOn(split, MONDAY))).toEqual(["09:00-17:00"]);
  });

  it("come from the latest version that covers the day", () => {
    const weekly = (start: string) => [{ weekday: 0, start, end: "12:00", room_id: null }];
    const changed = schedule({ weekly: weekly("08:00") }, { weekly: weekly("09:00"), valid_from: MONDAY, valid_to: MONDAY });
    expect(clocks(workedOn(changed, MONDAY))).toEqual(["09:00-12:00"]);
    expect(clocks(workedOn(changed, "2026-11-30"))).toEqual(["08:00-12:00"]);
    expect(workedOn(changed, "2025-11-24")).toEqual([]);
  });
});

describe("leave", () => {
  const away = { ...schedule({}), leave: [{ date: MONDAY, start: null, end: null, reason: null }, { date: TUESDAY, start: "13:00", end: null, reason: null }] };

  it("without times takes the whole day", () => expect(leaveOn(away, MONDAY)).toEqual({ start: 0, end: 1440, whole: true }));
  it("without an end lasts until midnight", () => expect(leaveOn(away, TUESDAY)).toEqual({ start: 780, end: 1440, whole: false }));
  it("of other days is not of this one", () => expect(leaveOn(away, "2026-11-25")).toBeUndefined());
});

describe("days and clocks", () => {
  it("count weekdays from Monday", () => {
    expect(weekdayOf(MONDAY)).toBe(0);
    expect(weekdayOf("2026-11-29")).toBe(6);
    expect(mondayOf("2026-11-29")).toBe(MONDAY);
    expect(mondayOf(MONDAY)).toBe(MONDAY);
  });

  it("name the midnight that ends a day as the next day's first", () => expect(wallTime("2026-10-31", 1440)).toBe("2026-11-01T00:00"));

  it("read an instant by the clocks there, also on the night on which they change", () => {
    expect(minuteOf("2026-10-25T00:30:00Z", "Europe/Berlin")).toBe(150);
    expect(minuteOf("2026-10-25T01:30:00Z", "Europe/Berlin")).toBe(150);
    expect(minuteOf("2026-11-23T23:00:00Z", "Europe/Berlin")).toBe(0);
  });

  it("show an hour more than there is to see, within the day", () => {
    expect(shownHours([{ start: 545, end: 600 }, { start: 800, end: 1050 }])).toEqual({ start: 480, end: 1140 });
    expect(shownHours([{ start: 0, end: 1440 }])).toEqual({ start: 0, end: 1440 });
    expect(shownHours([])).toEqual({ start: 480, end: 1080 });
  });
});

describe("the queue", () => {
  const now = new Date("2026-11-23T09:00:00Z");

  function visit(id: string, status: Visit["status"], start: string, since: string): Visit {
    const end = new Date(Date.parse(start) + 20 * 60_000).toISOString();
    return { appointment_id: id, status, start, end, created_at: since, history: [{ at: since }] } as unknown as Visit;
  }

  it("has those who wait by when they came in, and the next who is booked", () => {
    const { inRoom, waiting, next } = queueOf(
      [
        visit("over", "booked", "2026-11-23T08:00:00Z", "2026-11-20T08:00:00Z"),
        visit("with", "arrived", "2026-11-23T08:40:00Z", "2026-11-23T08:45:00Z"),
        visit("late", "checked-in", "2026-11-23T09:00:00Z", "2026-11-23T08:58:30Z"),
        visit("early", "checked-in", "2026-11-23T09:20:00Z", "2026-11-23T08:41:00Z"),
        visit("called-off", "cancelled", "2026-11-23T09:40:00Z", "2026-11-20T08:00:00Z"),
        visit("soon", "booked", "2026-11-23T10:00:00Z", "2026-11-20T08:00:00Z"),
      ],
      now,
    );
    expect(inRoom.map(({ appointment_id: id }) => id)).toEqual(["with"]);
    expect(waiting.map(({ appointment_id: id }) => id)).toEqual(["early", "late"]);
    expect(next?.appointment_id).toBe("soon");
    expect(waiting.map((one) => minutesSince(one, now))).toEqual([19, 1]);
  });

  it("keeps who should be here but is not until the visit is over", () =>
    expect(queueOf([visit("late", "booked", "2026-11-23T08:50:00Z", "2026-11-20T08:00:00Z")], now).next?.appointment_id).toBe("late"));
});
