import type { Me } from "@/api/me";
import type { Erasure } from "@/api/privacy";

type Reader = Pick<Me, "user_id" | "patient_id" | "permissions">;
type Stand = Pick<Erasure, "state" | "requested_by" | "confirm_by" | "destroyed_at">;

/** Whether nobody has confirmed a request in time. */
export function hasLapsed({ state, confirm_by }: Pick<Stand, "state" | "confirm_by">, now: number): boolean {
  return state === "requested" && now >= Date.parse(confirm_by);
}

/** Whether another erasure may be asked for: none is under way, and no key is gone. Nobody asks for their own. */
export function mayRequest(me: Reader, patientId: string, erasure: Stand | null, now: number): boolean {
  if (!me.permissions.includes("RequestErasure") || me.patient_id === patientId) return false;
  if (erasure === null || erasure.state === "blocked" || erasure.state === "withdrawn") return true;
  return erasure.state === "failed" ? erasure.destroyed_at === null : hasLapsed(erasure, now);
}

/** Whether the reader may have it carried out, or gone on with: never who asked for it. */
export function mayConfirm(me: Reader, erasure: Stand, now: number): boolean {
  if (!me.permissions.includes("ConfirmErasure") || erasure.requested_by === me.user_id) return false;
  return erasure.state === "failed" || (erasure.state === "requested" && !hasLapsed(erasure, now));
}

/** Whether the reader may take the request back. */
export function mayWithdraw(me: Reader, erasure: Stand, now: number): boolean {
  return me.permissions.includes("WithdrawErasure") && erasure.state === "requested" && !hasLapsed(erasure, now);
}

/** What has to be typed before a patient is erased: the end of their number, which nobody types by chance. */
export function endOf(patientId: string): string {
  return patientId.slice(-6);
}
