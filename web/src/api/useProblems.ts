import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { formatDate } from "@/components/time";
import { ConnectionError, type FieldError, fieldErrors, overallErrors, ProblemError } from "./problems";

export interface Problems {
  /** A sentence for people about any failure of a call. */
  text: (error: unknown) => string;
  /** What to hand to `form.setErrors`. */
  fields: (error: unknown) => Record<string, string>;
}

/** Failures in the reader's language: by the problem's slug and its errors' codes, else in the words that the API chose. */
export function useProblems(): Problems {
  const { t, i18n } = useTranslation("problems");
  const sentence = (wrong: FieldError) => {
    const values = valuesOf(wrong, i18n.language);
    return i18next.exists(`fields.${wrong.code}`, { ns: "problems", ...values }) ? t(`fields.${wrong.code}`, values) : wrong.detail;
  };
  return {
    text: (error) => {
      if (error instanceof ConnectionError) return t("connection");
      if (!(error instanceof ProblemError)) return t("unexpected");
      const kind = i18next.exists(error.slug, { ns: "problems" }) ? t(error.slug as "invalid") : error.problem.title;
      return [kind, ...overallErrors(error).map(sentence)].join(" ");
    },
    fields: (error) => Object.fromEntries(Object.entries(fieldErrors(error)).map(([name, wrong]) => [name, sentence(wrong)])),
  };
}

/** What a sentence takes: a number as `count`, which decides between one and many, a day as the reader writes days. */
export function valuesOf({ values = {} }: FieldError, language: string): { count: number; limit: string } {
  const limit = values.limit ?? values.step ?? 0;
  const isDay = typeof limit === "string" && /^\d{4}-\d{2}-\d{2}$/.test(limit);
  return { count: Number(limit) || 0, limit: isDay ? formatDate(limit, language) : String(limit) };
}
