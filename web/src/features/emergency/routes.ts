import { IconAlertTriangle, IconEyeCheck } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const emergency = createRoute({
  getParentRoute: () => careRoute,
  path: "/emergency",
  component: lazyRouteComponent(() => import("./Emergency"), "Emergency"),
});

const reviews = createRoute({
  getParentRoute: () => careRoute,
  path: "/emergency/reviews",
  validateSearch: ({ state }: Record<string, unknown>): { state?: "reviewed" } => (state === "reviewed" ? { state } : {}),
  component: lazyRouteComponent(() => import("./Reviews"), "Reviews"),
});

export const routes = [emergency, reviews] as const;

export const nav: NavEntry[] = [
  { to: "/emergency", label: "emergency", icon: IconAlertTriangle, order: 70, shows: (me) => me.permissions.includes("BeginEmergencyAccess") },
  { to: "/emergency/reviews", label: "emergency-reviews", icon: IconEyeCheck, order: 70, shows: (me) => me.permissions.includes("ListEmergencyAccess") },
];
