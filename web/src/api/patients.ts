import { queryOptions } from "@tanstack/react-query";
import { care } from "./care";
import { answered } from "./http";

export const patientQuery = (patientId: string) =>
  queryOptions({
    queryKey: ["patients", patientId],
    queryFn: ({ signal }) => answered(care.GET("/v1/patients/{patient_id}", { params: { path: { patient_id: patientId } }, signal })),
  });

/** Who belongs to a patient's family, and for whom the patient may act. */
export const familyQuery = (patientId: string) =>
  queryOptions({
    queryKey: ["patients", patientId, "family"],
    queryFn: ({ signal }) => answered(care.GET("/v1/patients/{patient_id}/family", { params: { path: { patient_id: patientId } }, signal })),
  });
