import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { careRoute } from "@/app/routes";

/** `start`: the time that was chosen on the way here, to be reserved at once. */
function startOf({ start }: Record<string, unknown>): { start?: string } {
  return typeof start === "string" && !Number.isNaN(Date.parse(start)) ? { start } : {};
}

const book = createRoute({
  getParentRoute: () => careRoute,
  path: "/book/$practitionerId",
  validateSearch: startOf,
  component: lazyRouteComponent(() => import("./Book"), "Book"),
});

export const routes = [book] as const;
