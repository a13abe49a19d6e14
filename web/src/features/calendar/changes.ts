import { useMutation, useQueryClient } from "@tanstack/react-query";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { type Visit, visitQuery, visitsChanged } from "@/api/visits";
import type { Step } from "./steps";

/** Steps that need no more than being taken. */
export type PlainStep = Exclude<Step, "reschedule" | "cancel">;

const PATHS = {
  "check-in": "/v1/appointments/{appointment_id}/check-in",
  start: "/v1/appointments/{appointment_id}/start",
  complete: "/v1/appointments/{appointment_id}/complete",
  "no-show": "/v1/appointments/{appointment_id}/no-show",
} as const satisfies Record<PlainStep, string>;

/** Each change is made to the version that the reader saw. */
function seen({ appointment_id, version }: Visit) {
  return { path: { appointment_id }, header: { "If-Match": `"${version}"` } };
}

/** A change of a visit, after which all that shows visits is read anew. */
function useChange<Wish>(change: (visit: Visit, wish: Wish) => Promise<Visit>, onDone: (changed: Visit, wish: Wish) => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ visit, wish }: { visit: Visit; wish: Wish }) => change(visit, wish),
    onSuccess: (changed, { wish }) => {
      queryClient.setQueryData(visitQuery(changed.appointment_id).queryKey, changed);
      visitsChanged(queryClient);
      onDone(changed, wish);
    },
  });
}

export function useStep(onDone: (changed: Visit, step: PlainStep) => void) {
  return useChange((visit: Visit, step: PlainStep) => answered(care.POST(PATHS[step], { params: seen(visit) })), onDone);
}

export function useCancel(onDone: (changed: Visit) => void) {
  return useChange((visit, reason: string) => answered(care.POST("/v1/appointments/{appointment_id}/cancel", { params: seen(visit), body: { reason } })), onDone);
}

export function useMove(onDone: (changed: Visit) => void) {
  return useChange((visit, start: string) => answered(care.POST("/v1/appointments/{appointment_id}/reschedule", { params: seen(visit), body: { start } })), onDone);
}
