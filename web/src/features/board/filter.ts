import type { BoardVisit } from "@/api/board";

export type Status = BoardVisit["status"];

/** In the order in which a visit goes through them. */
export const STATUSES: readonly Status[] = ["booked", "checked-in", "arrived", "fulfilled", "noshow", "cancelled"];

export interface Filter {
  /** None: all. */
  statuses: Status[];
  practitionerId: string | null;
  /** Beginnings of words of the patient's name. */
  name: string;
}

/** How many visits are in each status. */
export function countsOf(visits: BoardVisit[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of visits) counts[status] += 1;
  return counts;
}

/** The visits that a filter lets through; `nameOf` knows those patients' names that may be known. */
export function shown(visits: BoardVisit[], { statuses, practitionerId, name }: Filter, nameOf: (patientId: string) => string | undefined): BoardVisit[] {
  const wanted = folded(name).split(" ").filter(Boolean);
  return visits.filter(
    (visit) =>
      (statuses.length === 0 || statuses.includes(visit.status)) &&
      (practitionerId === null || visit.practitioner_id === practitionerId) &&
      wanted.every((word) =>
        folded(nameOf(visit.patient_id) ?? "")
          .split(" ")
          .some((part) => part.startsWith(word)),
      ),
  );
}

/** Without what people write differently: case and accents. */
function folded(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
