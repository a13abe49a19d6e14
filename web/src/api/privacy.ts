import { queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { problemOf } from "./problems";

export type Erasure = Schema<"ErasureAnswer">;
export type LegalHold = Schema<"HoldAnswer">;

export const GROUNDS = ["patient-request", "registered-in-error", "court-order", "retention-ended"] as const satisfies Erasure["ground"][];

/** Everything that shows a patient's legal hold or erasure. */
export const privacyKey = (patientId: string) => ["privacy", patientId] as const;

/** How often it is asked how far an erasure is. */
const SOON = 3000;

/** What was asked for, null where there is none. */
async function ifAny<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (problemOf(error, "not-found") || problemOf(error, "erased")) return null;
    throw error;
  }
}

/** The legal hold that stands on a patient, or null. */
export const holdQuery = (patientId: string) =>
  queryOptions({
    queryKey: [...privacyKey(patientId), "hold"],
    queryFn: ({ signal }) => ifAny(answered(care.GET("/v1/patients/{patient_id}/legal-hold", { params: { path: { patient_id: patientId } }, signal }))),
  });

/** How a patient's erasure stands, null where nobody has asked for one; asked for again while it is carried out. */
export const erasureQuery = (patientId: string) =>
  queryOptions({
    queryKey: [...privacyKey(patientId), "erasure"],
    queryFn: ({ signal }) => ifAny(answered(care.GET("/v1/patients/{patient_id}/erasure", { params: { path: { patient_id: patientId } }, signal }))),
    refetchInterval: ({ state }) => (state.data?.state === "confirmed" || state.data?.state === "destroyed" ? SOON : false),
  });
