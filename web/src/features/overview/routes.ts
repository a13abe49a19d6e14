import { IconHome } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const overview = createRoute({
  getParentRoute: () => careRoute,
  path: "/overview",
  component: lazyRouteComponent(() => import("./Overview"), "Overview"),
});

export const routes = [overview] as const;

export const nav: NavEntry[] = [
  { to: "/overview", label: "overview", icon: IconHome, order: 10, shows: (me) => me.patient_id !== null && me.permissions.includes("ListAppointments") },
];
