import { infiniteQueryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";

export type WaitlistEntry = Schema<"WaitlistEntryOut">;

/** What a patient waits and has waited for, newest first. Offers come by themselves and do not wait long: asked for often. */
export const waitlistQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: ["waitlist", patientId],
    queryFn: ({ signal, pageParam: cursor }) =>
      answered(care.GET("/v1/waitlist", { params: { query: { patient_id: patientId, ...(cursor ? { cursor } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    staleTime: 10_000,
    refetchOnWindowFocus: "always",
    refetchInterval: 15_000,
  });

/** Whether somebody still waits, with or without an offer. */
export function isOpen({ status }: WaitlistEntry): boolean {
  return status === "waiting" || status === "offered";
}
