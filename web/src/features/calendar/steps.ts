import type { Status } from "./visits";

/** What can be done with a visit, besides waiting for it. */
export type Step = "check-in" | "start" | "complete" | "no-show" | "reschedule" | "cancel";

/** The permission that a step needs, and in which states the visit may be. */
const STEPS: Record<Step, { action: string; from: readonly Status[] }> = {
  "check-in": { action: "CheckInAppointment", from: ["booked"] },
  start: { action: "StartAppointment", from: ["checked-in"] },
  complete: { action: "CompleteAppointment", from: ["arrived"] },
  "no-show": { action: "MarkNoShow", from: ["booked"] },
  reschedule: { action: "RescheduleAppointment", from: ["booked"] },
  cancel: { action: "CancelAppointment", from: ["booked", "checked-in"] },
};

/** The steps that this reader can take from this state, the natural next one first. */
export function stepsFrom(status: Status, can: (action: string) => boolean): Step[] {
  return (Object.keys(STEPS) as Step[]).filter((step) => STEPS[step].from.includes(status) && can(STEPS[step].action));
}
