import { describe, expect, it } from "vitest";
import { endOf, hasLapsed, mayConfirm, mayRequest, mayWithdraw } from "@/features/privacy/erasure";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const manager = { user_id: "one", patient_id: null, permissions: ["RequestErasure", "ConfirmErasure", "WithdrawErasure"] };
const auditor = { user_id: "two", patient_id: null, permissions: ["ConfirmErasure", "WithdrawErasure"] };
const asked = { state: "requested" as const, requested_by: "one", confirm_by: "2026-11-28T12:00:00Z", destroyed_at: null };
const late = { ...asked, confirm_by: "2026-11-21T12:00:00Z" };

describe("the erasure of a patient", () => {
  it("lapses at the time by which somebody had to confirm it, and only while it waits for that", () => {
    expect(hasLapsed(asked, NOW)).toBe(false);
    expect(hasLapsed(late, NOW)).toBe(true);
    expect(hasLapsed({ ...late, state: "erased" }, NOW)).toBe(false);
  });

  it("is asked for where none is under way, by who may, and by nobody for themselves", () => {
    expect(mayRequest(manager, "pat_1", null, NOW)).toBe(true);
    expect(mayRequest(auditor, "pat_1", null, NOW)).toBe(false);
    expect(mayRequest({ ...manager, patient_id: "pat_1" }, "pat_1", null, NOW)).toBe(false);
    expect(mayRequest(manager, "pat_1", asked, NOW)).toBe(false);
    expect(mayRequest(manager, "pat_1", late, NOW)).toBe(true);
  });

  it("is asked for again after it came to nothing, but not once the key is gone", () => {
    for (const state of ["blocked", "withdrawn", "failed"] as const) expect(mayRequest(manager, "pat_1", { ...asked, state }, NOW)).toBe(true);
    for (const state of ["confirmed", "destroyed", "erased"] as const) expect(mayRequest(manager, "pat_1", { ...asked, state }, NOW)).toBe(false);
    expect(mayRequest(manager, "pat_1", { ...asked, state: "failed", destroyed_at: "2026-11-21T11:00:00Z" }, NOW)).toBe(false);
  });

  it("is confirmed by somebody else, in time, and again after it failed", () => {
    expect(mayConfirm(auditor, asked, NOW)).toBe(true);
    expect(mayConfirm(manager, asked, NOW)).toBe(false);
    expect(mayConfirm(auditor, late, NOW)).toBe(false);
    expect(mayConfirm(auditor, { ...late, state: "failed" }, NOW)).toBe(true);
    expect(mayConfirm(auditor, { ...asked, state: "destroyed" }, NOW)).toBe(false);
  });

  it("is withdrawn while it waits, also by who asked for it", () => {
    expect(mayWithdraw(manager, asked, NOW)).toBe(true);
    expect(mayWithdraw(auditor, late, NOW)).toBe(false);
    expect(mayWithdraw(auditor, { ...asked, state: "confirmed" }, NOW)).toBe(false);
  });

  it("wants the end of the patient's number typed", () => {
    expect(endOf("pat_0190aaaaaaaaaaaaaaaaaaaaaa12cdef")).toBe("12cdef");
  });
});
