import { IconHourglass } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const waiting = createRoute({
  getParentRoute: () => careRoute,
  path: "/waiting-for-me",
  component: lazyRouteComponent(() => import("./Waiting"), "Waiting"),
});

export const routes = [waiting] as const;

export const nav: NavEntry[] = [
  { to: "/waiting-for-me", label: "waiting", icon: IconHourglass, order: 20, shows: (me) => me.practitioner_id !== null && me.permissions.includes("ListWaitlist") },
];
