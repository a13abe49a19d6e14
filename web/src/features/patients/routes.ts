import { IconUsers } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const patients = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients",
  component: lazyRouteComponent(() => import("./Search"), "Search"),
});

const register = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients/new",
  component: lazyRouteComponent(() => import("./Register"), "Register"),
});

export const TABS = ["visits", "waitlist", "family", "details"] as const;
export type Tab = (typeof TABS)[number];

const patient = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients/$patientId",
  validateSearch: ({ tab }: Record<string, unknown>): { tab?: Tab } => (TABS.some((known) => known === tab) ? { tab: tab as Tab } : {}),
  component: lazyRouteComponent(() => import("./Patient"), "Patient"),
});

export interface BookSearch {
  /** With whom; without one, they are still being looked for. */
  practitioner?: string;
  /** A time that was chosen already; it is reserved at once. */
  start?: string;
}

const book = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients/$patientId/book",
  validateSearch: ({ practitioner, start }: Record<string, unknown>): BookSearch => ({
    ...(typeof practitioner === "string" && /^prc_[0-9a-f]{32}$/.test(practitioner) ? { practitioner } : {}),
    ...(typeof start === "string" && !Number.isNaN(Date.parse(start)) ? { start } : {}),
  }),
  component: lazyRouteComponent(() => import("./Book"), "Book"),
});

export const routes = [patients, register, patient, book] as const;

export const nav: NavEntry[] = [
  { to: "/patients", label: "patients", icon: IconUsers, order: 20, shows: (me) => me.permissions.includes("SearchPatients") },
];
