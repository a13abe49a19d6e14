import type { Visit } from "@/api/visits";

/** What can happen to a visit, and the permission that it takes. */
export const STEPS = {
  "check-in": "CheckInAppointment",
  start: "StartAppointment",
  complete: "CompleteAppointment",
  "no-show": "MarkNoShow",
  move: "RescheduleAppointment",
  cancel: "CancelAppointment",
} as const;

export type Step = keyof typeof STEPS;

const POSSIBLE: Record<Visit["status"], Step[]> = {
  booked: ["check-in", "no-show", "move", "cancel"],
  "checked-in": ["start", "cancel"],
  arrived: ["complete"],
  fulfilled: [],
  cancelled: [],
  noshow: [],
};

/** The steps that a visit's status allows and the caller may take; nobody failed to come to a visit that has not begun. */
export function stepsOf(visit: { status: Visit["status"]; start: string }, can: (action: string) => boolean, now: Date): Step[] {
  return POSSIBLE[visit.status].filter((step) => can(STEPS[step]) && (step !== "no-show" || new Date(visit.start) <= now));
}
