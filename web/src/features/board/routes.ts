import { IconLayoutList } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

export interface BoardSearch {
  /** Without one, the department that was looked at last. */
  department?: string;
  /** A local day such as 2026-11-24; without one, today. */
  day?: string;
}

const SEARCH = { department: /^dep_[0-9a-f]{32}$/, day: /^\d{4}-\d{2}-\d{2}$/ } as const;

const board = createRoute({
  getParentRoute: () => careRoute,
  path: "/board",
  validateSearch: (search: Record<string, unknown>): BoardSearch =>
    Object.fromEntries(Object.entries(SEARCH).flatMap(([name, shape]) => (shape.test(String(search[name])) ? [[name, search[name]]] : []))),
  component: lazyRouteComponent(() => import("./Board"), "Board"),
});

export const routes = [board] as const;

export const nav: NavEntry[] = [{ to: "/board", label: "board", icon: IconLayoutList, order: 15, shows: (me) => me.permissions.includes("ReadBoard") }];
