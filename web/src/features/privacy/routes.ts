import { IconUserShield } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const find = createRoute({
  getParentRoute: () => careRoute,
  path: "/privacy",
  component: lazyRouteComponent(() => import("./Find"), "Find"),
});

const privacy = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients/$patientId/privacy",
  component: lazyRouteComponent(() => import("./Privacy"), "Privacy"),
});

export const routes = [find, privacy] as const;

export const nav: NavEntry[] = [{ to: "/privacy", label: "privacy", icon: IconUserShield, order: 76, shows: (me) => me.permissions.includes("ReadErasure") }];
