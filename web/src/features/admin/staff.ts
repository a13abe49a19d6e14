import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import type { Specialty } from "@/api/specialties";

export type Role = Schema<"Role">;
export type Member = Schema<"StaffAnswer">;

export const ROLES: readonly Role[] = [
  "doctor",
  "nurse",
  "receptionist",
  "lab-technician",
  "pathologist",
  "pharmacist",
  "courier",
  "cashier",
  "claims-officer",
  "manager",
  "auditor",
  "admin",
];

export interface StaffFilter {
  query: string;
  role: Role | null;
  status: Member["status"] | null;
}

export const staffQuery = ({ query, role, status }: StaffFilter) =>
  infiniteQueryOptions({
    queryKey: ["staff", "list", query, role, status],
    queryFn: ({ pageParam, signal }) =>
      answered(
        care.GET("/v1/staff", {
          params: { query: { limit: 50, ...(query ? { query } : {}), ...(role ? { role } : {}), ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  });

export const memberQuery = (staffId: string) =>
  queryOptions({
    queryKey: ["staff", "one", staffId],
    queryFn: ({ signal }) => answered(care.GET("/v1/staff/{staff_id}", { params: { path: { staff_id: staffId } }, signal })),
  });

// ---- forms

/** A staff member as a form holds them; fields are named as the API names them, so that it can point at them. */
export interface StaffValues {
  email: string;
  given_name: string;
  family_name: string;
  roles: Role[];
  /** A nurse may have a profile, a doctor must. */
  practises: boolean;
  practitioner: {
    specialties: Specialty[];
    department_id: string | null;
    /** In the currency's major units, as people write fees. */
    fee: { minor: number | string; currency: string };
    languages: string[];
    licence: string;
  };
  temporary_password: string;
}

export const NOBODY: StaffValues = {
  email: "",
  given_name: "",
  family_name: "",
  roles: [],
  practises: false,
  practitioner: { specialties: [], department_id: null, fee: { minor: "", currency: "EUR" }, languages: [], licence: "" },
  temporary_password: "",
};

export function hasProfile({ roles, practises }: Pick<StaffValues, "roles" | "practises">): boolean {
  return roles.includes("doctor") || (practises && roles.includes("nurse"));
}

/** `password`: they are told a first password; else they are sent one. */
export function hiringOf(values: StaffValues, password: boolean): Schema<"StaffIn"> {
  return {
    email: values.email.trim(),
    given_name: values.given_name,
    family_name: values.family_name,
    roles: values.roles,
    ...(hasProfile(values) ? { practitioner: profileOf(values) } : {}),
    ...(password ? { temporary_password: values.temporary_password } : {}),
  };
}

/** What of a staff member a form has changed. */
export function changeOf(values: StaffValues, member: Member): Schema<"StaffChangeIn"> {
  const before = valuesOf(member);
  const changed = <Name extends "given_name" | "family_name" | "roles">(name: Name) =>
    same(values[name], before[name]) ? {} : { [name]: values[name] };
  const profile = hasProfile(values) && !(member.practitioner && same(values.practitioner, before.practitioner));
  return { ...changed("given_name"), ...changed("family_name"), ...changed("roles"), ...(profile ? { practitioner: profileOf(values) } : {}) };
}

export function valuesOf({ practitioner, ...member }: Member): StaffValues {
  return {
    ...NOBODY,
    email: member.email,
    given_name: member.given_name,
    family_name: member.family_name,
    roles: member.roles,
    practises: practitioner !== null,
    practitioner: practitioner
      ? {
          specialties: practitioner.specialties,
          department_id: practitioner.department_id,
          fee: { minor: practitioner.fee.minor / unitsOf(practitioner.fee.currency), currency: practitioner.fee.currency },
          languages: practitioner.languages,
          licence: practitioner.licence ?? "",
        }
      : NOBODY.practitioner,
  };
}

function profileOf({ practitioner: { department_id, fee, licence, ...profile } }: StaffValues): Schema<"ProfileIn"> {
  return {
    ...profile,
    department_id: department_id ?? "",
    fee: { minor: Math.round(Number(fee.minor) * unitsOf(fee.currency)), currency: fee.currency },
    licence: licence.trim() || null,
  };
}

/** Minor units in a major one: 100 of EUR, 1 of JPY. */
function unitsOf(currency: string): number {
  return 10 ** (new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

/** A first password that can be read out: letters and digits that nobody confuses, in groups, with every kind that is asked for. */
export function firstPassword(): string {
  const group = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (value) => ALPHABET[value % ALPHABET.length] ?? "").join("");
  return `${group()}-${group()}-${group()}-Aa2`;
}
