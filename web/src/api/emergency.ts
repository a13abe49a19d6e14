import { infiniteQueryOptions, queryOptions, skipToken } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";

export type EmergencyAccess = Schema<"EmergencyAccessItem">;
export type ReviewState = EmergencyAccess["state"];

/** The emergency access that the reader has begun here, null once it has ended; nobody is asked for it. It outlives a
 * look at other pages. */
export const ownAccessQuery = (patientId: string) =>
  queryOptions<Schema<"EmergencyAccessAnswer"> | null>({ queryKey: ["emergency", "own", patientId], queryFn: skipToken, staleTime: Infinity, gcTime: 60 * 60_000 });

/** What waits for its review, the oldest first, or had it, the newest first. */
export const accessesQuery = (state: ReviewState) =>
  infiniteQueryOptions({
    queryKey: ["emergency", "list", state],
    queryFn: ({ pageParam, signal }) =>
      answered(care.GET("/v1/emergency-access", { params: { query: { state, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
