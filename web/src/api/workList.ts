import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { everyItem } from "./pages";

export type Move = Schema<"MoveOut">;

const EVERY = 60_000;

/** Visits that no longer fit the hours: the house's, or those that the caller may see. */
export const workListQuery = queryOptions({
  queryKey: ["work-list"],
  queryFn: ({ signal }) => everyItem((cursor) => answered(care.GET("/v1/work-list", { params: { query: { limit: 100, cursor } }, signal }))),
  refetchInterval: EVERY,
  // Whoever comes to the list comes because of what has just happened.
  refetchOnMount: "always",
  refetchOnWindowFocus: "always",
});

/** How long the list may need to hear of a change. */
const SOON = 3000;

/** Ask again when the list must have heard of what has just changed. */
export function workListChanged(queryClient: QueryClient): void {
  setTimeout(() => void queryClient.invalidateQueries({ queryKey: ["work-list"] }), SOON);
}

/** Take a visit off the list at once, and ask again later: it may still not fit. */
export function leaveWorkList(queryClient: QueryClient, appointmentId: string): void {
  queryClient.setQueryData(workListQuery.queryKey, (moves) => moves?.filter(({ appointment_id: id }) => id !== appointmentId));
  workListChanged(queryClient);
}
