import { IconArrowsExchange } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { lazy } from "react";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const workList = createRoute({
  getParentRoute: () => careRoute,
  path: "/work-list",
  component: lazyRouteComponent(() => import("./WorkList"), "WorkList"),
});

export const routes = [workList] as const;

export const nav: NavEntry[] = [
  {
    to: "/work-list",
    label: "work-list",
    icon: IconArrowsExchange,
    order: 30,
    // Doctors see their own visits in it.
    shows: (me) => me.permissions.includes("ReadWorkList"),
    badge: lazy(() => import("./Count")),
  },
];
