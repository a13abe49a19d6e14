import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { ConnectionError, fieldErrors, ProblemError } from "./problems";

export interface Problems {
  /** A sentence for people about any failure of a call. */
  text: (error: unknown) => string;
  /** What to hand to `form.setErrors`. */
  fields: (error: unknown) => Record<string, string>;
}

/** Failures in the reader's language: by the problem's slug, else in the words that the API chose. */
export function useProblems(): Problems {
  const { t, i18n } = useTranslation("problems");
  return {
    text: (error) => {
      if (error instanceof ConnectionError) return t("connection");
      if (!(error instanceof ProblemError)) return t("unexpected");
      return i18next.exists(error.slug, { ns: "problems" }) ? t(error.slug as "invalid") : error.problem.title;
    },
    // The API explains fields in English; in another language the field alone is pointed at.
    fields: (error) => {
      const errors = fieldErrors(error);
      if (i18n.resolvedLanguage === "en") return errors;
      return Object.fromEntries(Object.keys(errors).map((name) => [name, t("field")]));
    },
  };
}
