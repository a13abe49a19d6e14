import { IconCalendarWeek } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Me } from "@/api/me";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

export interface CalendarSearch {
  /** A local day of the practitioner's, such as 2026-11-24; without one, today. */
  day?: string;
  view?: "day" | "week";
  /** Whose calendar; without one, the reader's own. */
  practitioner?: string;
  /** The visit that is open beside the calendar. */
  visit?: string;
}

const SEARCH = {
  day: /^\d{4}-\d{2}-\d{2}$/,
  view: /^(day|week)$/,
  practitioner: /^prc_[0-9a-f]{32}$/,
  visit: /^apt_[0-9a-f]{32}$/,
} as const;

const calendar = createRoute({
  getParentRoute: () => careRoute,
  path: "/calendar",
  validateSearch: (search: Record<string, unknown>): CalendarSearch =>
    Object.fromEntries(Object.entries(SEARCH).flatMap(([name, shape]) => (shape.test(String(search[name])) ? [[name, search[name]]] : []))),
  component: lazyRouteComponent(() => import("./Calendar"), "Calendar"),
});

export const routes = [calendar] as const;

/** Doctors have a day of their own; these look at anybody's. No permission tells them from patients, who list their own visits. */
const LOOKS_AT_OTHERS = ["nurse", "receptionist", "manager"];

export function looksAtOthers({ roles }: Pick<Me, "roles">): boolean {
  return roles.some((role) => LOOKS_AT_OTHERS.includes(role));
}

const hasOwn = ({ practitioner_id }: Me) => practitioner_id !== null;

export const nav: NavEntry[] = [
  { to: "/calendar", label: "calendar", icon: IconCalendarWeek, order: 10, shows: hasOwn },
  { to: "/calendar", label: "calendars", icon: IconCalendarWeek, order: 45, shows: (me) => !hasOwn(me) && looksAtOthers(me) },
];
