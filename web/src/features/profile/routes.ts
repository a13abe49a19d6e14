import { IconUser } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const profile = createRoute({
  getParentRoute: () => careRoute,
  path: "/profile",
  component: lazyRouteComponent(() => import("./Profile"), "Profile"),
});

export const routes = [profile] as const;

export const nav: NavEntry[] = [
  { to: "/profile", label: "profile", icon: IconUser, order: 90, shows: (me) => me.patient_id !== null && me.permissions.includes("ReadPatient") },
];
