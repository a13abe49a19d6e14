import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { everyItem } from "@/api/pages";
import type { Visit } from "@/api/visits";

export type Status = Visit["status"];

/** Somebody else changes visits too: what is on the screen is kept up to date. */
export const KEPT_FRESH = { refetchInterval: 30_000, refetchOnWindowFocus: "always" } as const;

/** A practitioner's visits that begin on these local days, both included, cancelled ones too. */
export const visitsQuery = (practitionerId: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["appointments", "practitioner", practitionerId, from, to],
    queryFn: ({ signal }) =>
      everyItem((cursor) =>
        answered(care.GET("/v1/appointments", { params: { query: { practitioner_id: practitionerId, from, to, limit: 100, ...(cursor ? { cursor } : {}) } }, signal })),
      ),
    placeholderData: keepPreviousData,
    ...KEPT_FRESH,
  });
