import { useTranslation } from "react-i18next";
import type { Schema } from "./care";

export type Specialty = Schema<"Specialty">;

/** Specialties by code, as people call them. */
export function useSpecialtyNames(): (code: Specialty) => string {
  const { t } = useTranslation("specialties");
  return (code) => t(code);
}
