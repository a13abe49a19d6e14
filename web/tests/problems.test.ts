import i18next from "i18next";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { type FieldError, fieldErrors, overallErrors, problemOf, ProblemError } from "@/api/problems";
import { valuesOf } from "@/api/useProblems";
import de from "@/locales/de/problems.json";
import en from "@/locales/en/problems.json";

const INVALID = new ProblemError({
  type: "https://salus.dev/problems/invalid",
  title: "Some of the input is not valid",
  status: 422,
  errors: [
    { code: "too-short", detail: "too short", pointer: "/given_name", values: { limit: 2 } },
    { code: "wrong-form", detail: "no such country", pointer: "/address/country" },
    { code: "overlap", detail: "odd", pointer: "/lines/0/a~1b" },
    { code: "before-start", detail: "ends before it begins", pointer: "" },
    { code: "unknown-field", detail: "unknown", parameter: "limit" },
  ],
});

it("points at fields as forms name them", () => {
  const details = Object.entries(fieldErrors(INVALID)).map(([name, { detail }]) => [name, detail]);
  expect(Object.fromEntries(details)).toEqual({
    given_name: "too short",
    "address.country": "no such country",
    "lines.0.a/b": "odd",
  });
});

it("finds what is wrong with the whole of an input", () => {
  expect(overallErrors(INVALID).map(({ code }) => code)).toEqual(["before-start"]);
  expect(overallErrors(new Error("other"))).toEqual([]);
});

it("knows a problem by its slug", () => {
  expect(INVALID.slug).toBe("invalid");
  expect(problemOf(INVALID, "invalid")).toBe(INVALID.problem);
  expect(problemOf(INVALID, "slot-taken")).toBeUndefined();
  expect(problemOf(new Error("other"), "invalid")).toBeUndefined();
});

describe("in the reader's language", () => {
  const contracts = ["care", "research"].flatMap((app) =>
    [`${app}.yaml`, `${app}.gateway.yaml`].map((name) => readFileSync(fileURLToPath(new URL(`../../api/${name}`, import.meta.url)), "utf8")),
  );
  const found = (pattern: RegExp) => [...new Set(contracts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? "")))];
  // Their titles begin with a capital, what the contract says of fields does not.
  const slugs = found(/`([a-z-]+)`: (?=[A-Z])|problems\/([a-z-]+)/g).filter(Boolean);
  const codes = found(/(?<= code:\s+type: string\s+enum:(?:\s+- [a-z-]+)*\s+- )([a-z-]+)/g);

  beforeAll(() =>
    i18next.init({ lng: "en", ns: ["problems"], resources: { en: { problems: en }, de: { problems: de } }, interpolation: { escapeValue: false } }),
  );

  it.each(["en", "de"])("has a sentence for every problem that the APIs answer with: %s", (lng) => {
    expect(slugs.length).toBeGreaterThan(25);
    expect(slugs.filter((slug) => !i18next.exists(slug, { lng, ns: "problems" }))).toEqual([]);
  });

  it.each(["en", "de"])("has a sentence for everything that can be wrong with a field: %s", (lng) => {
    expect(codes).toContain("weak-password");
    for (const count of [1, 3]) expect(codes.filter((code) => !i18next.exists(`fields.${code}`, { lng, ns: "problems", count }))).toEqual([]);
  });

  it("says limits as people do", () => {
    const say = (wrong: FieldError, lng: string) => i18next.t(`problems:fields.${wrong.code}` as "problems:invalid", { lng, ...valuesOf(wrong, lng) });
    expect(say({ code: "too-short", detail: "", values: { limit: 2 } }, "de")).toBe("Mindestens 2 Zeichen.");
    expect(say({ code: "too-short", detail: "", values: { limit: 1 } }, "en")).toBe("This is needed.");
    expect(say({ code: "too-early", detail: "", values: { limit: "1900-01-01" } }, "de")).toBe("Nicht vor dem 1. Januar 1900.");
    expect(say({ code: "wrong-step", detail: "", values: { step: 5 } }, "en")).toBe("Use steps of 5.");
    expect(say({ code: "missing", detail: "" }, "en")).toBe("This is needed.");
  });
});
