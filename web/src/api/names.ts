import { queryOptions, useQuery } from "@tanstack/react-query";
import { batched } from "./batch";
import { care } from "./care";
import { answered } from "./http";

const nameOf = batched(async (ids) => {
  const { items } = await answered(care.GET("/v1/patient-names", { params: { query: { ids: ids.join(",") } } }));
  return new Map(items.map((name) => [name.patient_id, name]));
}, 100);

/** A patient's name, or null where the reader may not know it. */
export const patientNameQuery = (patientId: string) =>
  queryOptions({ queryKey: ["patient-name", patientId], queryFn: () => nameOf(patientId), staleTime: 5 * 60_000 });

export function usePatientName(patientId: string) {
  return useQuery(patientNameQuery(patientId));
}
