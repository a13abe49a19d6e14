import { IconBeach, IconClockEdit } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Me } from "@/api/me";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

interface WhoseSearch {
  /** Whose hours; without one, the reader's own. */
  practitioner?: string;
}

function whose({ practitioner }: Record<string, unknown>): WhoseSearch {
  return typeof practitioner === "string" && /^prc_[0-9a-f]{32}$/.test(practitioner) ? { practitioner } : {};
}

const schedule = createRoute({
  getParentRoute: () => careRoute,
  path: "/schedule",
  validateSearch: whose,
  component: lazyRouteComponent(() => import("./SchedulePage"), "SchedulePage"),
});

const leave = createRoute({
  getParentRoute: () => careRoute,
  path: "/leave",
  validateSearch: whose,
  component: lazyRouteComponent(() => import("./LeavePage"), "LeavePage"),
});

export const routes = [schedule, leave] as const;

const keepsOwn = (permission: string) => (me: Me) => me.practitioner_id !== null && me.permissions.includes(permission);

export const nav: NavEntry[] = [
  { to: "/schedule", label: "schedule", icon: IconClockEdit, order: 14, shows: keepsOwn("SetSchedule") },
  { to: "/leave", label: "leave", icon: IconBeach, order: 15, shows: keepsOwn("PlanLeave") },
];
