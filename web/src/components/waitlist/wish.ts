import type { Schema } from "@/api/care";
import type { Specialty } from "@/api/specialties";
import { addDays } from "../time";

/** What somebody waits for, as a form holds it. */
export interface WishValues {
  practitioner_id: string | undefined;
  specialty: Specialty | undefined;
  /** Local days, both included. */
  from: string;
  to: string;
  earliest: string | null;
  latest: string | null;
  weekdays: string[];
  mode: Schema<"WaitlistIn">["mode"];
  urgent: boolean;
  reason: string;
}

/** The longest period that one may wait for, and the usual one. */
export const LONGEST_DAYS = 92;
const USUAL_DAYS = 28;

export function usualWish(today: string): WishValues {
  return {
    practitioner_id: undefined,
    specialty: undefined,
    from: today,
    to: addDays(today, USUAL_DAYS),
    earliest: null,
    latest: null,
    weekdays: [],
    mode: "in_person",
    urgent: false,
    reason: "",
  };
}

export type Fault = "target" | "from" | "to" | "latest";

/** What is wrong with a wish, by field. */
export function faultsOf({ practitioner_id, specialty, from, to, earliest, latest }: WishValues, today: string): Partial<Record<keyof WishValues, Fault>> {
  return {
    ...(practitioner_id ?? specialty ? {} : { specialty: "target" }),
    ...(from >= today ? {} : { from: "from" }),
    ...(to >= from && to < addDays(from || today, LONGEST_DAYS) ? {} : { to: "to" }),
    ...(earliest !== null && latest !== null && latest < earliest ? { latest: "latest" } : {}),
  };
}

/** As the API takes it: one practitioner, or else anybody of a specialty. */
export function wishOf(values: WishValues, patientId: string, zone: string): Schema<"WaitlistIn"> {
  const { practitioner_id, specialty, from, to, earliest, latest, weekdays, mode, urgent, reason } = values;
  return {
    patient_id: patientId,
    ...(practitioner_id ? { practitioner_id } : specialty ? { specialty } : {}),
    from,
    to,
    ...(earliest ? { earliest } : {}),
    ...(latest ? { latest } : {}),
    weekdays: weekdays.map(Number).sort(),
    time_zone: zone,
    mode,
    priority: urgent ? "urgent" : "routine",
    ...(reason.trim() ? { reason: reason.trim() } : {}),
  };
}
