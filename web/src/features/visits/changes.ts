import { useQueryClient } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { problemOf } from "@/api/problems";
import { type Visit, visitQuery } from "@/api/visits";
import { atVersion, useVisitChanged } from "@/components/visits/change";

/** Cancels a visit as it is on the screen. */
export function useCancel(visit: Visit): (reason: string) => Promise<Visit> {
  const change = useChange(visit);
  return (reason) =>
    change(
      () => answered(care.POST("/v1/appointments/{appointment_id}/cancel", { params: atVersion(visit), body: { reason } })),
      ({ status }) => status === "cancelled",
    );
}

/** Moves a visit as it is on the screen; it keeps its time until it has the new one. */
export function useMove(visit: Visit): (start: string) => Promise<Visit> {
  const change = useChange(visit);
  return (start) =>
    change(
      () => answered(care.POST("/v1/appointments/{appointment_id}/reschedule", { params: atVersion(visit), body: { start } })),
      (now) => now.status === "booked" && Date.parse(now.start) === Date.parse(start),
    );
}

/**
 * Changes a visit. If it is not as it was any more, the change may have been our own, whose answer was lost: then it is done.
 * Else the page shows what the visit is now, and the refusal says why.
 */
function useChange({ appointment_id: id }: Visit) {
  const queryClient = useQueryClient();
  const changed = useVisitChanged();
  return async (send: () => Promise<Visit>, isDone: (now: Visit) => boolean): Promise<Visit> => {
    try {
      const visit = await send();
      changed(visit);
      return visit;
    } catch (error) {
      if (!problemOf(error, "stale") && !problemOf(error, "invalid-transition")) throw error;
      const now = await queryClient.query({ ...visitQuery(id), staleTime: 0 });
      changed(now);
      if (isDone(now)) return now;
      throw error;
    }
  };
}
