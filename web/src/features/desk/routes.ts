import { IconHourglass } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Specialty } from "@/api/specialties";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

export interface LineSearch {
  /** Who is waited for: one of them. */
  practitioner?: string;
  specialty?: Specialty;
}

const line = createRoute({
  getParentRoute: () => careRoute,
  path: "/waiting",
  validateSearch: ({ practitioner, specialty }: Record<string, unknown>): LineSearch => {
    if (typeof practitioner === "string" && /^prc_[0-9a-f]{32}$/.test(practitioner)) return { practitioner };
    return typeof specialty === "string" && /^[a-z-]+$/.test(specialty) ? { specialty: specialty as Specialty } : {};
  },
  component: lazyRouteComponent(() => import("./Line"), "Line"),
});

export const routes = [line] as const;

export const nav: NavEntry[] = [
  // Patients and doctors have their own: this is the line of anybody, for who may look for any patient.
  { to: "/waiting", label: "line", icon: IconHourglass, order: 40, shows: ({ permissions }) => permissions.includes("ListWaitlist") && permissions.includes("SearchPatients") },
];
