import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { practitionerQuery, roomsQuery } from "@/api/practitioners";
import type { Visit } from "@/api/visits";

export interface VisitPlace {
  /** Whom one sees; "…" until it is known. */
  doctor: string;
  /** Department, room and how to find it, or that it is by video. */
  place: string;
}

export function useVisitPlace({ practitioner_id, room_id, mode }: Pick<Visit, "practitioner_id" | "room_id" | "mode">): VisitPlace {
  const { t } = useTranslation("visits");
  const { data: practitioner } = useQuery(practitionerQuery(practitioner_id));
  const inPerson = mode === "in_person";
  const rooms = useQuery({ ...roomsQuery(practitioner?.department_id ?? ""), enabled: practitioner !== undefined && room_id !== null && inPerson });
  const room = rooms.data?.find((one) => one.room_id === room_id);
  const place = [practitioner?.department_name, room?.name, room?.location].filter(Boolean).join(", ");
  return { doctor: practitioner?.display_name ?? "…", place: inPerson ? place || t("in-person") : t("video") };
}
