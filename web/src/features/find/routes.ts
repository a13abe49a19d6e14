import { IconSearch } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Specialty } from "@/api/specialties";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

/** What is looked for, as far as an address may say it: a name may not. */
export interface Search {
  view?: "first-free";
  specialty?: Specialty;
  department?: string;
}

function searchOf({ view, specialty, department }: Record<string, unknown>): Search {
  return {
    ...(view === "first-free" ? { view } : {}),
    ...(typeof specialty === "string" && /^[a-z-]+$/.test(specialty) ? { specialty: specialty as Specialty } : {}),
    ...(typeof department === "string" && department.startsWith("dep_") ? { department } : {}),
  };
}

const find = createRoute({
  getParentRoute: () => careRoute,
  path: "/find",
  validateSearch: searchOf,
  component: lazyRouteComponent(() => import("./Find"), "Find"),
});

export const routes = [find] as const;

export const nav: NavEntry[] = [
  { to: "/find", leadsTo: ["/book"], label: "find", icon: IconSearch, order: 20, shows: (me) => me.patient_id !== null && me.permissions.includes("BookAppointment") },
];
