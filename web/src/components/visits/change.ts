import { useMutation, useQueryClient } from "@tanstack/react-query";
import { updateBoards } from "@/api/board";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { type Visit, visitQuery, visitsChanged } from "@/api/visits";
import { leaveWorkList } from "@/api/workList";

export interface Versioned {
  appointment_id: string;
  version: number;
}

/** The part of a request that names a visit at the version which is on the screen. */
export function atVersion({ appointment_id, version }: Versioned) {
  return { path: { appointment_id }, header: { "If-Match": `"${version}"` } };
}

/** Call it with a visit as a change left it: what shows that visit shows its new state, lists of visits are asked for anew. */
export function useVisitChanged(): (visit: Visit) => void {
  const queryClient = useQueryClient();
  return (visit) => {
    visitsChanged(queryClient);
    queryClient.setQueryData(visitQuery(visit.appointment_id).queryKey, visit);
    updateBoards(queryClient, visit);
    leaveWorkList(queryClient, visit.appointment_id);
  };
}

export type PlainStep = "check-in" | "start" | "complete" | "no-show";

/** A step that keeps the visit's time. */
export function useVisitStep() {
  const changed = useVisitChanged();
  return useMutation({
    mutationFn: ({ visit, step }: { visit: Versioned; step: PlainStep }) =>
      answered(care.POST(`/v1/appointments/{appointment_id}/${step}`, { params: atVersion(visit) })),
    onSuccess: changed,
  });
}
