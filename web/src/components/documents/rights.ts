import type { Document } from "@/api/documents";
import type { Me } from "@/api/me";

type Reader = Pick<Me, "user_id" | "patient_id" | "practitioner_id" | "permissions">;

/** Whether the reader may replace a document: what came from the patient's side is theirs, everything else the house's. */
export function mayReplace(me: Reader, { author_role, status }: Pick<Document, "author_role" | "status">): boolean {
  if (!me.permissions.includes("AddDocumentVersion") || status !== "available") return false;
  return (author_role === "patient") === (me.patient_id !== null);
}

/** Whether the reader may say that a document should not be there. */
export function mayWithdraw(me: Reader, { author_role, created_by, status }: Pick<Document, "author_role" | "created_by" | "status">): boolean {
  if (!me.permissions.includes("WithdrawDocument") || status === "entered-in-error") return false;
  if (me.patient_id !== null) return author_role === "patient";
  return me.practitioner_id !== null || created_by === me.user_id;
}
