import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { everyItem } from "@/api/pages";

/** A practitioner's visits that begin on these local days, both included, cancelled ones too; others change them meanwhile. */
export const visitsQuery = (practitionerId: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["appointments", "practitioner", practitionerId, from, to],
    queryFn: ({ signal }) =>
      everyItem((cursor) =>
        answered(care.GET("/v1/appointments", { params: { query: { practitioner_id: practitionerId, from, to, limit: 100, ...(cursor ? { cursor } : {}) } }, signal })),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    refetchOnWindowFocus: "always",
  });
