import { useTranslation } from "react-i18next";
import { formatDate } from "./time";

/** The weekdays' names, Monday first, as the API counts them. */
export function useWeekdays(weekday: "long" | "short"): string[] {
  const { i18n } = useTranslation();
  return Array.from({ length: 7 }, (_, day) => formatDate(`2024-01-0${day + 1}`, i18n.language, { weekday }));
}
