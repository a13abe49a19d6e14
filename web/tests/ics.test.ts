import { describe, expect, it } from "vitest";
import { icsOf } from "@/components/ics";

const VISIT = {
  appointment_id: "apt_0190",
  version: 3,
  start: "2026-11-24T08:20:00Z",
  end: "2026-11-24T08:40:00Z",
  summary: "Visit",
};
const NOW = new Date("2026-11-20T10:00:00.123Z");

function lines(visit: Parameters<typeof icsOf>[0]): string[] {
  return icsOf(visit, NOW).split("\r\n");
}

/** A file's lines as a reader joins them again. */
function unfolded(visit: Parameters<typeof icsOf>[0]): string[] {
  return icsOf(visit, NOW).replaceAll("\r\n ", "").split("\r\n");
}

describe("a visit as a calendar file", () => {
  it("says when it is in UTC, who it is for ever, and which of its versions this is", () => {
    expect(lines(VISIT)).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Salus//Portal//EN",
      "CALSCALE:GREGORIAN",
      "METHOD:PUBLISH",
      "BEGIN:VEVENT",
      "UID:apt_0190@salus.dev",
      "SEQUENCE:3",
      "DTSTAMP:20261120T100000Z",
      "DTSTART:20261124T082000Z",
      "DTEND:20261124T084000Z",
      "STATUS:CONFIRMED",
      "SUMMARY:Visit",
      "CLASS:PRIVATE",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ]);
  });

  it("takes a cancelled visit out of the calendar", () => {
    const file = lines({ ...VISIT, cancelled: true });
    expect(file).toContain("METHOD:CANCEL");
    expect(file).toContain("STATUS:CANCELLED");
    expect(file).toContain("UID:apt_0190@salus.dev");
  });

  it("escapes what has a meaning of its own", () => {
    const file = unfolded({ ...VISIT, summary: "a;b,c\\d", description: "one\r\ntwo\nthree", location: "Room 1, left" });
    expect(file).toContain("SUMMARY:a\\;b\\,c\\\\d");
    expect(file).toContain("DESCRIPTION:one\\ntwo\\nthree");
    expect(file).toContain("LOCATION:Room 1\\, left");
  });

  it("folds lines at 75 octets and never within a character", () => {
    const summary = "ä€🙂".repeat(40);
    const file = lines({ ...VISIT, summary });
    const octets = file.map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...octets)).toBeLessThanOrEqual(75);
    expect(file.join("\n")).not.toContain("\uFFFD");
    expect(unfolded({ ...VISIT, summary })).toContain(`SUMMARY:${summary}`);
  });
});
