import { describe, expect, it } from "vitest";
import { changesOf, detailsOf, NOBODY, valuesOf } from "@/components/person/person";
import { personIn } from "@/features/patients/search";

describe("a registration that begins with what was searched for", () => {
  it("takes the last word for the family's name and the others for given names", () => {
    expect(personIn("  Anna Maria  Muster ")).toMatchObject({ given_name: "Anna Maria", family_name: "Muster" });
  });

  it("finds birth date, e-mail and phone among the names", () => {
    expect(personIn("Łukasz 1990-01-31 O'Neill l@example.org +49 30 901820")).toEqual({
      ...NOBODY,
      given_name: "Łukasz",
      family_name: "O'Neill",
      birth_date: "1990-01-31",
      email: "l@example.org",
      phone: "+49 30 901820",
    });
  });

  it("is empty when nothing was", () => {
    expect(personIn(" ")).toEqual(NOBODY);
  });
});

describe("a patient's details", () => {
  const patient = {
    patient_id: "pat_1",
    given_name: "Anna",
    family_name: "Muster",
    birth_date: "1990-01-31",
    sex: "female" as const,
    phone: "+4930901820",
    email: null,
    address: { lines: ["Street 1", "Second floor"], city: "Berlin", state: null, postal_code: "10115", country: "DE" },
    emergency_contacts: [],
    insurance: [],
    language: null,
    preferred_contact: null,
    has_account: false,
    possible_duplicate: false,
    version: 3,
    created_at: "2026-11-01T08:00:00Z",
    updated_at: "2026-11-01T08:00:00Z",
  };

  it("clears what was emptied", () => {
    const values = { ...valuesOf(patient), phone: " ", address: NOBODY.address };
    expect(detailsOf(values)).toMatchObject({ phone: null, email: null, address: null });
  });

  it("leaves alone what nobody changed, a second line of the address too", () => {
    expect(changesOf(valuesOf(patient), patient)).toEqual({});
    expect(changesOf({ ...valuesOf(patient), email: "anna@example.org" }, patient)).toEqual({ email: "anna@example.org" });
  });

  it("keeps the state that no field shows", () => {
    const abroad = { ...patient, address: { ...patient.address, state: "VT" } };
    const values = valuesOf(abroad);
    expect(changesOf({ ...values, address: { ...values.address, city: "Barre" } }, abroad).address).toMatchObject({ city: "Barre", state: "VT" });
  });

  it("sends an address with only a postal code, so that the API can say what is missing", () => {
    const values = { ...NOBODY, address: { ...NOBODY.address, postal_code: "10115" } };
    expect(detailsOf(values).address).toMatchObject({ postal_code: "10115", city: "" });
  });

  it("writes the country in capitals", () => {
    const values = { ...NOBODY, address: { lines: ["Street 1"] as [string], city: "Berlin", state: null, country: "de", postal_code: "" } };
    expect(detailsOf(values).address).toEqual({ lines: ["Street 1"], city: "Berlin", state: null, country: "DE", postal_code: null });
  });
});
