import { queryOptions } from "@tanstack/react-query";
import { answered } from "@/api/http";
import { research } from "@/api/research";

/** Who is signed in to research. */
export const researchMeQuery = queryOptions({
  queryKey: ["research", "me"],
  queryFn: ({ signal }) => answered(research.GET("/v1/me", { signal })),
  staleTime: 5 * 60_000,
});
