import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/api/me";
import { patientQuery } from "@/api/patients";

/** Whose visit is being booked or moved, as texts take it: about somebody else than the reader they speak by name. */
export function useWhose(patientId: string) {
  const me = useMe();
  const { data } = useQuery(patientQuery(patientId));
  return { context: patientId === me.patient_id ? undefined : ("them" as const), name: data ? `${data.given_name} ${data.family_name}` : "…" };
}
