import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import type { Place } from "./shape";

type InEncounter = "notes" | "vitals" | "diagnoses" | "procedures";
type OfPatient = "allergies" | "problems" | "care-plan";
type Sent = Promise<Schema<"RecordEntryOut">>;

// The forms make the bodies; the client cannot tell which of several paths takes which.

/** Writes something down in an encounter. */
export function inEncounter(path: InEncounter): (place: Place, body: object, key: string) => Sent {
  return ({ encounterId = "" }, body, key) =>
    answered(care.POST(`/v1/encounters/{encounter_id}/${path}`, { params: { path: { encounter_id: encounterId }, header: { "Idempotency-Key": key } }, body: body as never }));
}

/** Writes down what is true of a patient beyond an encounter. */
export function ofPatient(path: OfPatient): (place: Place, body: object, key: string) => Sent {
  return ({ patientId }, body, key) =>
    answered(care.POST(`/v1/patients/{patient_id}/${path}`, { params: { path: { patient_id: patientId }, header: { "Idempotency-Key": key } }, body: body as never }));
}
