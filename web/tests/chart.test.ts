import { describe, expect, it } from "vitest";
import type { Entry, Measurement, Written } from "@/api/record";
import { differences } from "@/components/record/facts";
import { distinctUnits } from "@/components/record/units";
import { ageOn } from "@/features/chart/age";
import { measurementsOf, vitals } from "@/features/chart/forms/vitals";
import { mayCorrect, possibleSteps, presentEncounter, takesPart } from "@/features/chart/rights";
import { seriesOf } from "@/features/chart/series";

const DOCTOR = { user_id: "usr_1", practitioner_id: "prc_1", permissions: ["CorrectEntry"] };
const NURSE = { user_id: "usr_2", practitioner_id: null, permissions: ["CorrectEntry"] };
const WRITTEN = {
  entry_id: "rec_1",
  patient_id: "pat_1",
  encounter_id: "enc_1",
  status: "final",
  at: "2026-11-20T10:00:00Z",
  recorded_at: "2026-11-20T10:00:00Z",
  author: { user_id: "usr_9", practitioner_id: null },
  version: 1,
  reason: null,
};
const note: Entry<Written> = { ...WRITTEN, kind: "note", content: { text: "Coughs." } };
const peanut: Entry<Written> = {
  ...WRITTEN,
  kind: "allergy",
  content: { code: "peanut", substance: "Peanut", reaction: null, severity: null, criticality: null, verification: "confirmed" },
};

function measurement(code: string, value: number): Measurement {
  return { code, value, unit: "Cel", canonical_value: value, canonical_unit: "Cel", flag: null, low: null, high: null };
}

function taken(at: string, measurements: Measurement[], status = "final"): Entry<"vitals"> {
  return { ...WRITTEN, at, status, kind: "vitals", content: { measurements } };
}

function encounter(id: string, practitioner: string, status: string): Entry<"encounter"> {
  return { ...WRITTEN, entry_id: id, status, kind: "encounter", content: { class: "AMB", practitioner_id: practitioner, appointment_id: null, started_at: null, ended_at: null } };
}

describe("a patient's age", () => {
  it("counts years, months before the second birthday and days before the first month", () => {
    expect(ageOn("2026-11-21", "1986-11-22")).toEqual({ count: 39, unit: "years" });
    expect(ageOn("2026-11-22", "1986-11-22")).toEqual({ count: 40, unit: "years" });
    expect(ageOn("2026-11-21", "2024-11-22")).toEqual({ count: 23, unit: "months" });
    expect(ageOn("2026-11-21", "2026-11-21")).toEqual({ count: 0, unit: "days" });
  });
});

describe("measurements", () => {
  it("count 0 as a value, and an empty field as none", () => {
    const values = { taken: { "72514-3": { value: 0, unit: "{score}" }, "8310-5": { value: "", unit: "Cel" } } };
    expect(measurementsOf(values)).toEqual([{ code: "72514-3", value: 0, unit: "{score}" }]);
  });

  it("show what is wrong with one at its own field, whatever stands empty before it", () => {
    const values = { taken: { "8310-5": { value: "", unit: "Cel" }, "8867-4": { value: 900, unit: "/min" } } };
    expect(vitals.fieldOf?.("measurements.0.value", values)).toBe("taken.8867-4.value");
    expect(vitals.fieldOf?.("at", values)).toBe("at");
  });

  it("become one series a sign, the oldest first, without what was entered in error", () => {
    const series = seriesOf([
      taken("2026-11-21T10:00:00Z", [measurement("8310-5", 38)]),
      taken("2026-11-20T10:00:00Z", [measurement("8310-5", 37), measurement("72514-3", 0)]),
      taken("2026-11-19T10:00:00Z", [measurement("8310-5", 44)], "entered-in-error"),
    ]);
    expect(series.map(({ code, points }) => [code, points.map((point) => point.measurement.value)])).toEqual([
      ["8310-5", [37, 38]],
      ["72514-3", [0]],
    ]);
  });

  it("are offered in units that differ to the eye", () => {
    expect(distinctUnits(["/min", "{beats}/min"])).toEqual(["/min"]);
    expect(distinctUnits(["Cel", "[degF]"])).toEqual(["Cel", "[degF]"]);
  });
});

it("a correction shows what it changed, added and left out", () => {
  const fact = (label: string, text: string) => ({ label, text, as: "detail" as const });
  expect(differences([fact("Text", "since Monday"), fact("Title", "Cough")], [fact("Text", "since Sunday"), fact("Status", "Active")])).toEqual([
    { label: "Text", before: "since Monday", after: "since Sunday" },
    { label: "Title", before: "Cough", after: null },
    { label: "Status", before: null, after: "Active" },
  ]);
});

describe("who writes in a chart", () => {
  it("takes part by their own account or as the practitioner they are", () => {
    expect(takesPart(NURSE, { practitioner_id: "prc_1", participants: ["usr_2"] })).toBe(true);
    expect(takesPart(DOCTOR, { practitioner_id: "prc_1", participants: [] })).toBe(true);
    expect(takesPart(DOCTOR, { practitioner_id: "prc_2", participants: ["usr_2"] })).toBe(false);
  });

  it("corrects their own, what stands in their encounters, and as a doctor what is true of the patient", () => {
    const own = [encounter("enc_1", "prc_1", "finished")];
    expect(mayCorrect(DOCTOR, note, [])).toBe(false);
    expect(mayCorrect(DOCTOR, note, own)).toBe(true);
    expect(mayCorrect(DOCTOR, { ...note, status: "entered-in-error" }, own)).toBe(false);
    expect(mayCorrect(NURSE, note, own)).toBe(false);
    expect(mayCorrect({ ...NURSE, user_id: "usr_9" }, note, [])).toBe(true);
    expect(mayCorrect(DOCTOR, peanut, [])).toBe(true);
    expect(mayCorrect(NURSE, peanut, [])).toBe(false);
  });

  it("is shown their own encounter before others', and one under way before one that waits", () => {
    const others = encounter("enc_2", "prc_2", "in-progress");
    const waiting = encounter("enc_3", "prc_1", "arrived");
    expect(presentEncounter(DOCTOR, [others, waiting])).toBe(waiting);
    expect(presentEncounter(NURSE, [waiting, others])).toBe(others);
    expect(presentEncounter(DOCTOR, [encounter("enc_4", "prc_1", "finished")])).toBeUndefined();
  });
});

describe("what can happen to an encounter", () => {
  const all = ["StartEncounter", "JoinEncounter", "CloseEncounter", "AddParticipant", "RemoveParticipant", "CancelEncounter", "RetractEncounter"];
  const doctor = { ...DOCTOR, permissions: all.filter((each) => each !== "JoinEncounter") };
  const nurse = { ...NURSE, permissions: ["JoinEncounter", "CancelEncounter"] };
  const met = (status: "arrived" | "in-progress" | "finished", practitioner_id = "prc_1", participants: string[] = []) => ({ status, practitioner_id, participants });

  it("is called off before it begins, and was an error afterwards", () => {
    expect(possibleSteps(doctor, met("arrived"))).toEqual(["start", "ask", "dismiss", "cancel"]);
    expect(possibleSteps(doctor, met("in-progress"))).toEqual(["close", "ask", "dismiss", "retract"]);
    expect(possibleSteps(doctor, met("finished"))).toEqual([]);
  });

  it("is for the doctor whose it is, and not for one who was asked", () => {
    expect(possibleSteps(doctor, met("arrived", "prc_2", ["prc_1"]))).toEqual([]);
    expect(possibleSteps(doctor, met("in-progress", "prc_2"))).toEqual([]);
  });

  it("lets nurses join any and call it off", () => {
    expect(possibleSteps(nurse, met("arrived"))).toEqual(["join", "cancel"]);
    expect(possibleSteps(nurse, met("in-progress", "prc_1", ["usr_2"]))).toEqual([]);
  });
});
