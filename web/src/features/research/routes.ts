import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { rootRoute } from "@/app/routes";
import { trailFilter } from "@/components/audit/search";
import { sessions } from "@/auth/session";

const login = createRoute({
  getParentRoute: () => rootRoute,
  path: "/research/login",
  component: lazyRouteComponent(() => import("./Login"), "Login"),
});

/** research's own pages: its pool, its session, its frame. */
const shell = createRoute({
  getParentRoute: () => rootRoute,
  id: "research",
  beforeLoad: async () => {
    await sessions.research.restore();
    if (sessions.research.current() !== "signed-in") throw redirect({ to: "/research/login" });
  },
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

const start = createRoute({
  getParentRoute: () => shell,
  path: "/research",
  component: lazyRouteComponent(() => import("./Start"), "Start"),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: "/research/account",
  component: lazyRouteComponent(() => import("./Account"), "Account"),
});

const events = createRoute({
  getParentRoute: () => shell,
  path: "/research/audit",
  validateSearch: trailFilter,
  component: lazyRouteComponent(() => import("./audit"), "EventsPage"),
});

const seals = createRoute({
  getParentRoute: () => shell,
  path: "/research/audit/seals",
  component: lazyRouteComponent(() => import("./audit"), "SealsPage"),
});

const exported = createRoute({
  getParentRoute: () => shell,
  path: "/research/audit/export",
  component: lazyRouteComponent(() => import("./audit"), "ExportPage"),
});

export const routes = [login, shell.addChildren([start, account, events, seals, exported])] as const;
