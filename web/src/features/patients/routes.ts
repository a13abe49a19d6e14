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

export const routes = [patients, register, patient] as const;

export const nav: NavEntry[] = [
  { to: "/patients", label: "patients", icon: IconUsers, order: 20, shows: (me) => me.permissions.includes("SearchPatients") },
];
