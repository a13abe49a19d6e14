import { queryOptions } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";

/** What practitioners can practise. */
export const specialtiesQuery = queryOptions({
  queryKey: ["specialties"],
  queryFn: ({ signal }) => answered(care.GET("/v1/specialties", { signal })),
  staleTime: Infinity,
});
