import { useTranslation } from "react-i18next";
import type { WaitlistEntry } from "@/api/waitlist";
import { cityOf, formatDate } from "../time";
import { useWeekdays } from "../useWeekdays";

type Wish = Pick<WaitlistEntry, "from" | "to" | "weekdays" | "earliest" | "latest" | "time_zone" | "mode">;

/** "24 Nov – 22 Dec · Mon, Tue · 09:00–12:00 Berlin time · By video". */
export function useWishWords(): (wish: Wish) => string {
  const { t, i18n } = useTranslation("waitlist");
  const names = useWeekdays("short");
  const date = (day: string) => formatDate(day, i18n.language, { day: "numeric", month: "short" });
  return ({ from, to, weekdays, earliest, latest, time_zone: zone, mode }) => {
    const days = weekdays.length > 0 && weekdays.length < 7 && weekdays.map((day) => names[day]).join(", ");
    const hours = (earliest ?? latest) && t("between", { earliest: earliest ?? "00:00", latest: latest ?? "24:00", city: cityOf(zone) });
    return [t("period", { from: date(from), to: date(to) }), days, hours, t(`mode.${mode}`)].filter(Boolean).join(" · ");
  };
}
