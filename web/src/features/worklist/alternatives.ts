import { addDays, dayOf } from "@/components/time";

/** A time that a visit could be moved to. */
export interface Alternative {
  practitioner_id: string;
  start: string;
  end: string;
  time_zone: string;
}

/** The seven local days from a visit's on; of one that is past, from today on. */
export function weekOf(start: string, zone: string, now: Date): { from: string; to: string } {
  const [day, today] = [dayOf(start, zone), dayOf(now, zone)];
  const from = day < today ? today : day;
  return { from, to: addDays(from, 6) };
}

/** The few times that are nearest to the old one, the nearest first; the old one itself is none. */
export function nearest<Time extends { start: string }>(times: Time[], start: string, most: number): Time[] {
  const distance = (time: Time) => Math.abs(Date.parse(time.start) - Date.parse(start));
  return times
    .filter((time) => time.start !== start)
    .sort((one, other) => distance(one) - distance(other) || one.start.localeCompare(other.start))
    .slice(0, most);
}
