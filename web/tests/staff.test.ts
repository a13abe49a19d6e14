import { describe, expect, it } from "vitest";
import { isStrong } from "@/auth/passwords";
import { changeOf, firstPassword, hasProfile, hiringOf, type Member, NOBODY, valuesOf } from "@/features/admin/staff";

const PROFILE = { specialties: ["cardiology" as const], department_id: "dep_1", fee: { minor: 4550, currency: "EUR" }, languages: ["de"], licence: null };
const MEMBER: Member = {
  staff_id: "stf_1",
  user_id: "user",
  practitioner_id: "prc_1",
  email: "d@clinic.example",
  given_name: "Test",
  family_name: "Invented",
  roles: ["doctor"],
  status: "active",
  version: 2,
  practitioner: PROFILE,
  created_at: "2026-11-01T08:00:00Z",
  changed_at: "2026-11-01T08:00:00Z",
};

describe("a staff member's form", () => {
  it("has a profile for every doctor, for a nurse only where patients book with them", () => {
    expect(hasProfile({ roles: ["doctor"], practises: false })).toBe(true);
    expect(hasProfile({ roles: ["nurse"], practises: false })).toBe(false);
    expect(hasProfile({ roles: ["nurse"], practises: true })).toBe(true);
    expect(hasProfile({ roles: ["receptionist"], practises: true })).toBe(false);
  });

  it("sends fees in minor units, also where a currency has none", () => {
    const values = { ...NOBODY, roles: ["doctor" as const], practitioner: { ...NOBODY.practitioner, fee: { minor: 45.5, currency: "EUR" } } };
    expect(hiringOf(values, false).practitioner?.fee).toEqual({ minor: 4550, currency: "EUR" });
    values.practitioner.fee = { minor: 4500, currency: "JPY" };
    expect(hiringOf(values, false).practitioner?.fee).toEqual({ minor: 4500, currency: "JPY" });
  });

  it("sends a first password only when that is the way in", () => {
    const values = { ...NOBODY, temporary_password: "secret" };
    expect(hiringOf(values, false)).not.toHaveProperty("temporary_password");
    expect(hiringOf(values, true)).toMatchObject({ temporary_password: "secret" });
  });

  it("changes nothing when nothing was changed", () => {
    expect(changeOf(valuesOf(MEMBER), MEMBER)).toEqual({});
  });

  it("sends only what was changed", () => {
    const values = valuesOf(MEMBER);
    expect(changeOf({ ...values, family_name: "Other" }, MEMBER)).toEqual({ family_name: "Other" });
    expect(changeOf({ ...values, practitioner: { ...values.practitioner, languages: ["de", "en"] } }, MEMBER)).toEqual({
      practitioner: { ...PROFILE, languages: ["de", "en"] },
    });
  });
});

describe("a first password", () => {
  it("is strong, and another one every time", () => {
    const passwords = Array.from({ length: 20 }, firstPassword);
    expect(passwords.every(isStrong)).toBe(true);
    expect(new Set(passwords).size).toBe(20);
  });
});
