import type { Schema } from "@/api/care";

type Patient = Schema<"PatientAnswer">;

/** A patient's details as a form holds them: nothing is null, one line of address. */
export interface PersonValues {
  given_name: string;
  family_name: string;
  birth_date: string;
  sex: Patient["sex"];
  phone: string;
  email: string;
  language: string | null;
  /** No field shows the state; whoever changes the city keeps it. */
  address: { lines: [string]; postal_code: string; city: string; state: string | null; country: string };
}

export const NOBODY: PersonValues = {
  given_name: "",
  family_name: "",
  birth_date: "",
  sex: "unknown",
  phone: "",
  email: "",
  language: null,
  address: { lines: [""], postal_code: "", city: "", state: null, country: "" },
};

export function valuesOf({ address, phone, email, language, ...patient }: Patient): PersonValues {
  return {
    given_name: patient.given_name,
    family_name: patient.family_name,
    birth_date: patient.birth_date,
    sex: patient.sex,
    phone: phone ?? "",
    email: email ?? "",
    language,
    address: {
      lines: [address?.lines.join(", ") ?? ""],
      postal_code: address?.postal_code ?? "",
      city: address?.city ?? "",
      state: address?.state ?? null,
      country: address?.country ?? "",
    },
  };
}

/** As the API takes them; what is empty is null: not known, or cleared. */
export function detailsOf({ address, phone, email, language, ...named }: PersonValues) {
  const { lines, city, state, country, postal_code } = address;
  const somewhere = [...lines, city, postal_code].some((part) => part.trim());
  return {
    ...named,
    phone: phone.trim() || null,
    email: email.trim() || null,
    language,
    address: somewhere ? { lines, city, state, country: country.trim().toUpperCase(), postal_code: postal_code.trim() || null } : null,
  };
}

/** What of a patient's details a form has changed. */
export function changesOf(values: PersonValues, patient: Patient) {
  const before = detailsOf(valuesOf(patient));
  const after = detailsOf(values);
  const changed = (Object.keys(after) as (keyof typeof after)[]).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]])) as Partial<typeof after>;
}
