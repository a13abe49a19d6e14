import { queryOptions, useSuspenseQuery } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";

export type Me = Schema<"MeAnswer">;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => answered(care.GET("/v1/me", { signal })),
  staleTime: 5 * 60_000,
});

/** Who is signed in; pages within the shell may count on it. */
export function useMe(): Me & { can: (action: string) => boolean } {
  const { data } = useSuspenseQuery(meQuery);
  return { ...data, can: (action) => data.permissions.includes(action) };
}
