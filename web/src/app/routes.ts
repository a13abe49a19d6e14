import { createRootRoute, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { meQuery } from "@/api/me";
import { queryClient } from "@/api/query";
import { sessions } from "@/auth/session";
import { PageFailure, PageLoading } from "./PageStates";

/** The routes that features hang theirs below. */
export const rootRoute = createRootRoute({
  component: lazyRouteComponent(() => import("./Root"), "Root"),
  notFoundComponent: lazyRouteComponent(() => import("./NotFound"), "NotFound"),
  errorComponent: PageFailure,
});

/** Pages for everybody. */
export const publicRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "public",
  component: lazyRouteComponent(() => import("./PublicShell"), "PublicShell"),
  errorComponent: PageFailure,
});

/** Pages of care for who is signed in there; within them `useMe()` has its answer. */
export const careRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "care",
  beforeLoad: async ({ location }) => {
    await sessions.care.restore();
    if (sessions.care.current() !== "signed-in") throw redirect({ to: "/login", search: { next: location.href } });
  },
  loader: () => queryClient.query({ ...meQuery, staleTime: "static" }),
  component: lazyRouteComponent(() => import("./CareShell"), "CareShell"),
  pendingComponent: PageLoading,
  errorComponent: PageFailure,
});
