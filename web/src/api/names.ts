import { queryOptions, useQuery } from "@tanstack/react-query";
import { batched } from "./batch";
import { care } from "./care";
import { answered } from "./http";
import { useMe } from "./me";

const nameOf = batched(async (ids) => {
  const { items } = await answered(care.GET("/v1/patient-names", { params: { query: { ids: ids.join(",") } } }));
  return new Map(items.map((name) => [name.patient_id, name]));
}, 50);

/** A doctor may know a patient's name some seconds after the visit is booked: how often that is asked, and how many times. */
const SOON = 5000;
const TIMES = 4;

/** A patient's name, or null where the reader may not know it. */
export const patientNameQuery = (patientId: string) =>
  queryOptions({
    queryKey: ["patient-name", patientId],
    queryFn: () => nameOf(patientId),
    staleTime: 5 * 60_000,
    refetchInterval: ({ state }) => (state.data === null && state.dataUpdateCount < TIMES ? SOON : false),
  });

/** Who may know nobody's name does not ask. */
export function usePatientName(patientId: string) {
  const me = useMe();
  return useQuery({ ...patientNameQuery(patientId), enabled: me.can("ReadPatientName") });
}
