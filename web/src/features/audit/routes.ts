import { IconShieldCheck } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";
import { trailFilter } from "@/components/audit/search";

const events = createRoute({
  getParentRoute: () => careRoute,
  path: "/audit",
  validateSearch: trailFilter,
  component: lazyRouteComponent(() => import("./pages"), "EventsPage"),
});

const seals = createRoute({
  getParentRoute: () => careRoute,
  path: "/audit/seals",
  component: lazyRouteComponent(() => import("./pages"), "SealsPage"),
});

const exported = createRoute({
  getParentRoute: () => careRoute,
  path: "/audit/export",
  component: lazyRouteComponent(() => import("./pages"), "ExportPage"),
});

export const routes = [events, seals, exported] as const;

export const nav: NavEntry[] = [{ to: "/audit", label: "audit", icon: IconShieldCheck, order: 75, shows: (me) => me.permissions.includes("ReadTrail") }];
