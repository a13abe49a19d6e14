import type { Visit } from "@/api/visits";

export type Entry = Visit["history"][number];

/** What differs between a visit's state before a step and after it. */
export function changesIn(before: Entry, after: Entry): ("time" | "practitioner" | "room")[] {
  return [
    ...(before.start === after.start && before.end === after.end ? [] : (["time"] as const)),
    ...(before.practitioner_id === after.practitioner_id ? [] : (["practitioner"] as const)),
    ...(before.room_id === after.room_id ? [] : (["room"] as const)),
  ];
}
