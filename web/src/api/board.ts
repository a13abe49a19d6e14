import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { dayOf } from "@/components/time";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { everyItem } from "./pages";
import { type Visit, visitQuery } from "./visits";

export type BoardVisit = Schema<"BoardVisitOut">;

const EVERY = 15_000;

/** A department's local day. The board follows a second behind: what was changed from here is known better. */
export const boardQuery = (queryClient: QueryClient, departmentId: string, day: string) =>
  queryOptions({
    queryKey: ["board", departmentId, day],
    queryFn: async ({ signal }) => {
      const entries = await everyItem((cursor) =>
        answered(care.GET("/v1/board", { params: { query: { department_id: departmentId, date: day, limit: 100, cursor } }, signal })),
      );
      return newest(entries, day, (id) => queryClient.getQueryData(visitQuery(id).queryKey));
    },
    refetchInterval: EVERY,
    refetchOnWindowFocus: "always",
    staleTime: 0,
  });

/** Put a visit's new state on every board that is at hand. */
export function updateBoards(queryClient: QueryClient, visit: Visit): void {
  for (const [key, entries] of queryClient.getQueriesData<BoardVisit[]>({ queryKey: ["board"] }))
    if (entries) queryClient.setQueryData(key, newest(entries, String(key[2]), (id) => (id === visit.appointment_id ? visit : undefined)));
}

/** Each visit in the newest state that is known, by start; without those that have gone to another day. */
export function newest(entries: BoardVisit[], day: string, known: (appointmentId: string) => Visit | undefined): BoardVisit[] {
  return entries
    .map((entry) => {
      const visit = known(entry.appointment_id);
      if (!visit || visit.version <= entry.version) return entry;
      const { appointment_id, status, practitioner_id, patient_id, room_id, start, end, time_zone, mode, version } = visit;
      return { appointment_id, status, practitioner_id, patient_id, room_id, start, end, time_zone, mode, version };
    })
    .filter(({ start, time_zone }) => dayOf(start, time_zone) === day)
    .sort((one, other) => one.start.localeCompare(other.start) || one.appointment_id.localeCompare(other.appointment_id));
}
