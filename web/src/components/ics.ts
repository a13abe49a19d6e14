/** A visit as a calendar file, RFC 5545. */
export interface CalendarVisit {
  appointment_id: string;
  /** Goes up with every change, so that a calendar replaces what it had. */
  version: number;
  start: string;
  end: string;
  summary: string;
  description?: string;
  location?: string;
  cancelled?: boolean;
}

/**
 * One event with a UID of its own visit. A cancelled visit makes METHOD:CANCEL, which takes the event out of the calendar.
 * Times are in UTC: every calendar shows them in its reader's zone.
 */
export function icsOf(visit: CalendarVisit, now: Date = new Date()): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Salus//Portal//EN",
    "CALSCALE:GREGORIAN",
    `METHOD:${visit.cancelled ? "CANCEL" : "PUBLISH"}`,
    "BEGIN:VEVENT",
    `UID:${visit.appointment_id}@salus.dev`,
    `SEQUENCE:${visit.version}`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(new Date(visit.start))}`,
    `DTEND:${stamp(new Date(visit.end))}`,
    `STATUS:${visit.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    `SUMMARY:${escaped(visit.summary)}`,
    ...(visit.description ? [`DESCRIPTION:${escaped(visit.description)}`] : []),
    ...(visit.location ? [`LOCATION:${escaped(visit.location)}`] : []),
    // Nobody's calendar should tell the others why its owner is away.
    "CLASS:PRIVATE",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** Hand the file to the browser's downloads. */
export function downloadIcs(visit: CalendarVisit): void {
  const url = URL.createObjectURL(new Blob([icsOf(visit)], { type: "text/calendar;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `salus-${visit.start.slice(0, 10)}.ics`;
  link.click();
  URL.revokeObjectURL(url);
}

/** 20261124T082000Z. */
function stamp(instant: Date): string {
  return `${instant.toISOString().replaceAll(/[-:]/g, "").slice(0, 15)}Z`;
}

/** TEXT, section 3.3.11. */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll(";", "\\;")
    .replaceAll(",", "\\,")
    .replaceAll(/\r\n|\r|\n/g, "\\n");
}

/** At most 75 octets a line, section 3.1; never in the middle of a character. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const char of line) {
    const size = new TextEncoder().encode(char).length;
    if (octets + size > 75) {
      parts.push(part);
      part = "";
      octets = 1;
    }
    part += char;
    octets += size;
  }
  return [...parts, part].join("\r\n ");
}
