import { describe, expect, it } from "vitest";
import { type BoardVisit, newest } from "@/api/board";
import type { Visit } from "@/api/visits";
import { countsOf, shown } from "@/features/board/filter";
import { nearest, weekOf } from "@/features/worklist/alternatives";

const DAY = "2026-11-24";

function entry(id: string, more: Partial<BoardVisit> = {}): BoardVisit {
  return {
    appointment_id: id,
    status: "booked",
    practitioner_id: "prc_1",
    patient_id: `pat_${id}`,
    room_id: null,
    start: `${DAY}T08:00:00Z`,
    end: `${DAY}T08:20:00Z`,
    time_zone: "Europe/Berlin",
    mode: "in_person",
    version: 1,
    ...more,
  };
}

const visit = (more: Partial<Visit>) => ({ ...entry("apt_1"), reason: null, created_at: "", history: [], series_id: null, ...more });

describe("the board, which follows a second behind", () => {
  it("shows a visit as it was changed from here until it has heard of that", () => {
    const known = () => visit({ status: "checked-in", version: 2 });
    expect(newest([entry("apt_1")], DAY, known)[0]).toMatchObject({ status: "checked-in", version: 2 });
  });

  it("believes the board when it knows more", () => {
    const known = () => visit({ status: "checked-in", version: 2 });
    expect(newest([entry("apt_1", { status: "arrived", version: 3 })], DAY, known)[0]).toMatchObject({ status: "arrived" });
  });

  it("lets go of a visit that was moved to another local day", () => {
    const moved = visit({ start: `${DAY}T23:30:00Z`, version: 2 });
    expect(newest([entry("apt_1")], DAY, () => moved)).toEqual([]);
  });

  it("stays in the order of time when a visit is moved within the day", () => {
    const known = (id: string) => (id === "apt_1" ? visit({ start: `${DAY}T10:00:00Z`, version: 2 }) : undefined);
    const list = newest([entry("apt_1"), entry("apt_2", { start: `${DAY}T09:00:00Z` })], DAY, known);
    expect(list.map(({ appointment_id }) => appointment_id)).toEqual(["apt_2", "apt_1"]);
  });
});

describe("filters", () => {
  const visits = [entry("1"), entry("2", { status: "cancelled" }), entry("3", { practitioner_id: "prc_2" })];
  const names: Record<string, string> = { pat_1: "Zoë Müller-Lüdenscheidt", pat_2: "Anna Muster" };
  const nameOf = (id: string) => names[id];
  const all = { statuses: [], practitionerId: null, name: "" };

  it("lets everything through when nothing is chosen", () => {
    expect(shown(visits, all, nameOf)).toEqual(visits);
  });

  it("finds beginnings of a name's words without accents, in any order", () => {
    expect(shown(visits, { ...all, name: "luden ZOE" }, nameOf).map(({ appointment_id }) => appointment_id)).toEqual(["1"]);
    expect(shown(visits, { ...all, name: "uster" }, nameOf)).toEqual([]);
  });

  it("needs all of status, practitioner and name", () => {
    expect(shown(visits, { statuses: ["booked"], practitionerId: "prc_2", name: "" }, nameOf).map(({ appointment_id }) => appointment_id)).toEqual(["3"]);
  });

  it("counts every status, those without visits as none", () => {
    expect(countsOf(visits)).toMatchObject({ booked: 2, cancelled: 1, arrived: 0 });
  });
});

describe("times instead of one that does not fit", () => {
  const at = (start: string) => ({ start });

  it("are the nearest before and after, never the old one", () => {
    const times = ["2026-11-24T06:00:00Z", "2026-11-24T08:00:00Z", "2026-11-24T08:40:00Z", "2026-11-25T08:00:00Z"].map(at);
    expect(nearest(times, "2026-11-24T08:00:00Z", 2)).toEqual([at("2026-11-24T08:40:00Z"), at("2026-11-24T06:00:00Z")]);
  });

  it("are looked for from the visit's own day on, but never in the past", () => {
    const now = new Date("2026-11-22T12:00:00Z");
    expect(weekOf("2026-11-24T23:30:00Z", "Europe/Berlin", now)).toEqual({ from: "2026-11-25", to: "2026-12-01" });
    expect(weekOf("2026-11-20T08:00:00Z", "Europe/Berlin", now)).toEqual({ from: "2026-11-22", to: "2026-11-28" });
  });
});
