import { useTranslation } from "react-i18next";
import { addDays, formatDate } from "@/components/time";

/** The API counts weekdays from Monday. */
const A_MONDAY = "2026-11-23";

/** Weekdays in short, Monday first. */
export function useWeekdays(): string[] {
  const { i18n } = useTranslation();
  return Array.from({ length: 7 }, (_, day) => formatDate(addDays(A_MONDAY, day), i18n.language, { weekday: "short" }));
}
