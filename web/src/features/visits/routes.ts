import { IconCalendarEvent } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

/** `booked`: it has just been booked, and the page says so. */
function bookedOf({ booked }: Record<string, unknown>): { booked?: true } {
  return booked === true ? { booked } : {};
}

const visits = createRoute({
  getParentRoute: () => careRoute,
  path: "/visits",
  component: lazyRouteComponent(() => import("./MyVisits"), "MyVisits"),
});

const visit = createRoute({
  getParentRoute: () => careRoute,
  path: "/visits/$appointmentId",
  validateSearch: bookedOf,
  component: lazyRouteComponent(() => import("./VisitPage"), "VisitPage"),
});

const move = createRoute({
  getParentRoute: () => careRoute,
  path: "/visits/$appointmentId/move",
  component: lazyRouteComponent(() => import("./Move"), "Move"),
});

const series = createRoute({
  getParentRoute: () => careRoute,
  path: "/series/$seriesId",
  validateSearch: bookedOf,
  component: lazyRouteComponent(() => import("./SeriesPage"), "SeriesPage"),
});

export const routes = [visits, visit, move, series] as const;

export const nav: NavEntry[] = [
  { to: "/visits", leadsTo: ["/series"], label: "visits", icon: IconCalendarEvent, order: 30, shows: (me) => me.patient_id !== null && me.permissions.includes("ListAppointments") },
];
