import type { TFunction } from "i18next";
import type { Entry, Measurement, Written } from "@/api/record";
import { formatDate } from "@/components/time";
import type words from "@/locales/en/record.json";
import { quantity } from "./units";

/** One thing that an entry says. Titles and prose stand for themselves, details are named. */
export interface Fact {
  label: string;
  text: string;
  as: "title" | "prose" | "detail";
}

export type Words = TFunction<"record">;

/** What an entry says, thing by thing, in the reader's language. */
export function factsOf(entry: Entry<Written>, t: Words, language: string): Fact[] {
  const fact = (as: Fact["as"], label: string, text: string | null | undefined): Fact[] => (text ? [{ as, label, text }] : []);
  const status = fact("detail", t("status-label"), statusName(entry.status, t));
  switch (entry.kind) {
    case "note":
      return [...fact("title", t("title"), entry.content.title), ...fact("prose", t("text"), entry.content.text)];
    case "vitals":
      return entry.content.measurements.flatMap((one) => fact("detail", signName(one.code, t), measured(one, language)));
    case "diagnosis":
    case "problem":
      return [
        ...fact("title", t(`kind.${entry.kind}`), `${entry.content.code} ${entry.content.display}`),
        ...fact("prose", t("text"), entry.content.text),
        ...status,
        ...fact("detail", t("certainty"), t(`verification.${entry.content.verification}`)),
        ...(entry.kind === "problem" && entry.content.onset ? fact("detail", t("onset"), formatDate(entry.content.onset, language)) : []),
      ];
    case "procedure":
      return [...fact("title", t("text"), entry.content.text), ...fact("detail", t("code"), entry.content.code), ...status];
    case "allergy": {
      const { substance, category, reaction, severity, criticality, verification } = entry.content;
      return [
        ...fact("title", t("kind.allergy"), substance),
        ...fact("detail", t("severity-label"), severity && t(`severity.${severity}`)),
        ...fact("detail", t("reaction"), reaction),
        ...fact("detail", t("criticality-label"), criticality && t(`criticality.${criticality}`)),
        ...fact("detail", t("category-label"), category && t(`category.${category}`)),
        ...status,
        ...fact("detail", t("certainty"), t(`verification.${verification}`)),
      ];
    }
    case "care-plan":
      return [
        ...fact("title", t("text"), entry.content.text),
        ...fact("detail", t("goal"), entry.content.goal),
        ...fact("detail", t("due"), entry.content.due && formatDate(entry.content.due, language)),
        ...status,
      ];
  }
}

/** A value as it was given, and as it is compared where that is another unit: "101.3 °F (38.5 °C)". */
export function measured({ value, unit, canonical_value, canonical_unit }: Measurement, language: string): string {
  const given = quantity(value, unit, language);
  const compared = quantity(canonical_value, canonical_unit, language);
  return given === compared ? given : `${given} (${compared})`;
}

export function signName(code: string, t: Words): string {
  return t(`sign.${code as keyof (typeof words)["sign"]}`, { defaultValue: code });
}

export function statusName(status: string, t: Words): string {
  return t(`status.${status as keyof (typeof words)["status"]}`, { defaultValue: status });
}

export interface Difference {
  label: string;
  before: string | null;
  after: string | null;
}

/** What a version says otherwise than the one before it. */
export function differences(before: readonly Fact[], after: readonly Fact[]): Difference[] {
  const labels = [...new Set([...before, ...after].map(({ label }) => label))];
  const textOf = (facts: readonly Fact[], label: string) => facts.find((fact) => fact.label === label)?.text ?? null;
  return labels
    .map((label) => ({ label, before: textOf(before, label), after: textOf(after, label) }))
    .filter((each) => each.before !== each.after);
}
