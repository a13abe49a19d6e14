/** Times as people read them: in the clinic's zone, with the zone named. All instants are ISO 8601 texts. */

/** "Tue 24 Nov", with the year where it is not this one. */
export function formatDay(instant: string, zone: string, language: string): string {
  const date = new Date(instant);
  const thisYear = part(date, zone, "year") === part(new Date(), zone, "year");
  return new Intl.DateTimeFormat(locale(language), {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(thisYear ? {} : { year: "numeric" }),
  })
    .format(date)
    .replace(/^(\S+), /, "$1 ");
}

/** "09:20". */
export function formatTime(instant: string, zone: string, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

/** "09:20–09:40". */
export function formatTimes(start: string, end: string, zone: string, language: string): string {
  return `${formatTime(start, zone, language)}–${formatTime(end, zone, language)}`;
}

/** "GMT+1", as it is at that instant. */
export function formatOffset(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(new Date(instant));
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** "Berlin" of Europe/Berlin. */
export function cityOf(zone: string): string {
  return (zone.split("/").pop() ?? zone).replaceAll("_", " ");
}

/** The local date of an instant, such as 2026-11-24. */
export function dayOf(instant: string | Date, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date(instant));
}

/** A calendar day later or earlier: 2026-03-29 and 1 give 2026-03-30, whatever the clocks do. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** A calendar day in words, of a date that has no zone: "Tuesday, 24 November". */
export function formatDate(day: string, language: string, options: Intl.DateTimeFormatOptions = { dateStyle: "long" }): string {
  return new Intl.DateTimeFormat(locale(language), { ...options, timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** The zone that the reader's device is in. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Whether the reader's own clock shows another time at that instant. */
export function differsFromOwn(instant: string, zone: string): boolean {
  return formatOffset(instant, zone) !== formatOffset(instant, ownZone());
}

/** "25.00 €" in the reader's manner. */
export function formatMoney(minor: number, currency: string, language: string): string {
  const format = new Intl.NumberFormat(locale(language), { style: "currency", currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** The portal's English is British: days before months, and a clock of 24 hours. */
function locale(language: string): string {
  return language === "en" ? "en-GB" : language;
}

function part(date: Date, zone: string, type: "year"): string {
  return new Intl.DateTimeFormat("en", { timeZone: zone, [type]: "numeric" }).format(date);
}
