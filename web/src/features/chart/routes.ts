import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Kind, KINDS } from "@/api/record";
import { careRoute } from "@/app/routes";

export const VIEWS = ["timeline", "trends", "documents"] as const;
export type View = (typeof VIEWS)[number];

export interface ChartSearch {
  view?: View;
  /** The kind of entries that the timeline is narrowed to. */
  kind?: Kind;
  /** The visit for which the chart was opened. */
  visit?: string;
}

const chart = createRoute({
  getParentRoute: () => careRoute,
  path: "/patients/$patientId/chart",
  validateSearch: ({ view, kind, visit }: Record<string, unknown>): ChartSearch => {
    const [shown] = VIEWS.filter((known) => known === view);
    const [narrowed] = KINDS.filter((known) => known === kind);
    return {
      ...(shown ? { view: shown } : {}),
      ...(narrowed ? { kind: narrowed } : {}),
      ...(typeof visit === "string" && /^apt_[0-9a-f]{32}$/.test(visit) ? { visit } : {}),
    };
  },
  component: lazyRouteComponent(() => import("./Chart"), "Chart"),
});

export const routes = [chart] as const;
