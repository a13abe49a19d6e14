import { IconShieldCheck } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const access = createRoute({
  getParentRoute: () => careRoute,
  path: "/access",
  component: lazyRouteComponent(() => import("./Access"), "Access"),
});

export const routes = [access] as const;

// Who may do what is no secret: everybody can read it, those whose work it is find it in their navigation.
const LOOK_AFTER_IT = ["admin", "manager", "auditor"];

export const nav: NavEntry[] = [
  { to: "/access", label: "access", icon: IconShieldCheck, order: 70, shows: ({ roles }) => roles.some((role) => LOOK_AFTER_IT.includes(role)) },
];
