import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { downloadIcs } from "@/components/ics";

/** Hands a visit to the reader's calendar; a cancelled one takes itself out of it. */
export function useCalendarFile(): (visit: Visit, doctor: string, place: string) => void {
  const { t } = useTranslation("visits");
  return (visit, doctor, place) =>
    downloadIcs({
      appointment_id: visit.appointment_id,
      version: visit.version,
      start: visit.start,
      end: visit.end,
      summary: t("ics.summary", { doctor }),
      description: t("ics.description"),
      location: place,
      cancelled: visit.status === "cancelled",
    });
}
