import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { meQuery } from "@/api/me";
import { queryClient } from "@/api/query";
import { entriesOf } from "./feature";
import { carePages, navigation, otherPages, publicPages } from "./features";
import { PageFailure, PageLoading } from "./PageStates";
import { careRoute, publicRoute, rootRoute } from "./routes";

/** Wherever a person's work begins. */
const home = createRoute({
  getParentRoute: () => careRoute,
  path: "/home",
  loader: async () => {
    const me = await queryClient.query({ ...meQuery, staleTime: "static" });
    throw redirect({ to: entriesOf(navigation, me)[0]?.to ?? "/account", replace: true });
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([publicRoute.addChildren([...publicPages]), careRoute.addChildren([home, ...carePages]), ...otherPages]),
  defaultPreload: "intent",
  // The queries decide themselves how long what they know holds.
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageFailure,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
