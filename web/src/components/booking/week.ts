import { useQuery } from "@tanstack/react-query";
import { availabilityQuery } from "@/api/visits";
import { addDays, dayOf, ownZone } from "@/components/time";

/** The week that begins on a local day of the clinic. Its day may be another than ours, so one more is asked for on each side. */
export const weekQuery = (practitionerId: string, from = dayOf(new Date(), ownZone())) =>
  availabilityQuery(practitionerId, addDays(from, -1), addDays(from, 8));

/** The zone of a practitioner's clinic, in which visits are told; undefined until it is known. */
export function useZone(practitionerId: string | undefined): string | undefined {
  return useQuery({ ...weekQuery(practitionerId ?? ""), enabled: practitionerId !== undefined }).data?.time_zone;
}
