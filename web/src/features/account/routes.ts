import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { careRoute } from "@/app/routes";

const account = createRoute({
  getParentRoute: () => careRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("./Account"), "Account"),
});

export const routes = [account] as const;
