import { IconHourglass } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Specialty } from "@/api/specialties";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

/** For whom or what to wait: one of them. */
function targetOf({ practitioner, specialty }: Record<string, unknown>): { practitioner?: string; specialty?: Specialty } {
  if (typeof practitioner === "string" && practitioner.startsWith("prc_")) return { practitioner };
  return typeof specialty === "string" && /^[a-z-]+$/.test(specialty) ? { specialty: specialty as Specialty } : {};
}

const waitlist = createRoute({
  getParentRoute: () => careRoute,
  path: "/waitlist",
  component: lazyRouteComponent(() => import("./Waitlist"), "Waitlist"),
});

const join = createRoute({
  getParentRoute: () => careRoute,
  path: "/waitlist/join",
  validateSearch: targetOf,
  component: lazyRouteComponent(() => import("./Join"), "Join"),
});

export const routes = [waitlist, join] as const;

export const nav: NavEntry[] = [
  { to: "/waitlist", label: "waitlist", icon: IconHourglass, order: 40, shows: (me) => me.patient_id !== null && me.permissions.includes("JoinWaitlist") },
];
