import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { practitionerQuery, roomsQuery } from "@/api/practitioners";
import type { Visit } from "@/api/visits";

export interface VisitPlace {
  /** Whom one sees; "…" until it is known. */
  doctor: string;
  /** Department, room and how to find it, or that it is by video. */
  place: string;
}

export function useVisitPlace(visit: Pick<Visit, "practitioner_id" | "room_id" | "mode">): VisitPlace {
  const { t } = useTranslation("visits");
  const { data: practitioner } = useQuery(practitionerQuery(visit.practitioner_id));
  const room = useRoom(visit);
  const place = [practitioner?.department_name, room?.name, room?.location].filter(Boolean).join(", ");
  return { doctor: practitioner?.display_name ?? "…", place: visit.mode === "in_person" ? place || t("in-person") : t("video") };
}

/** The room in which a practitioner is seen; undefined without one, and until it is known. */
export function useRoom({ practitioner_id, room_id }: Pick<Visit, "practitioner_id" | "room_id">): Schema<"RoomAnswer"> | undefined {
  const { data: practitioner } = useQuery(practitionerQuery(practitioner_id));
  const { data: rooms } = useQuery({ ...roomsQuery(practitioner?.department_id ?? ""), enabled: practitioner !== undefined && room_id !== null });
  return rooms?.find((one) => one.room_id === room_id);
}
