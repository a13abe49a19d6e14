import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { publicRoute } from "@/app/routes";

/** `next` is where somebody wanted to go before they were asked to sign in: an address of ours, never another site's. */
function nextOf({ next }: Record<string, unknown>): { next?: string | undefined } {
  // Said even if it is undefined: what is left out here stays as it came.
  return { next: typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : undefined };
}

const landing = createRoute({
  getParentRoute: () => publicRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./Landing"), "Landing"),
});

const login = createRoute({
  getParentRoute: () => publicRoute,
  path: "/login",
  validateSearch: nextOf,
  component: lazyRouteComponent(() => import("./Login"), "Login"),
});

const register = createRoute({
  getParentRoute: () => publicRoute,
  path: "/register",
  component: lazyRouteComponent(() => import("./Register"), "Register"),
});

const forgotPassword = createRoute({
  getParentRoute: () => publicRoute,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("./ForgotPassword"), "ForgotPassword"),
});

export const publicRoutes = [landing, login, register, forgotPassword] as const;
