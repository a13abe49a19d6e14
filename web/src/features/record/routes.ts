import { IconFileDescription } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Kind, KINDS } from "@/api/record";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const record = createRoute({
  getParentRoute: () => careRoute,
  path: "/record",
  validateSearch: ({ kind }: Record<string, unknown>): { kind?: Kind } => {
    const [narrowed] = KINDS.filter((known) => known === kind);
    return narrowed ? { kind: narrowed } : {};
  },
  component: lazyRouteComponent(() => import("./Record"), "Record"),
});

const who = createRoute({
  getParentRoute: () => careRoute,
  path: "/record/who",
  component: lazyRouteComponent(() => import("./Who"), "Who"),
});

const documents = createRoute({
  getParentRoute: () => careRoute,
  path: "/record/documents",
  component: lazyRouteComponent(() => import("./DocumentsPage"), "DocumentsPage"),
});

const exported = createRoute({
  getParentRoute: () => careRoute,
  path: "/record/export",
  validateSearch: ({ export: id }: Record<string, unknown>): { export?: string } => (typeof id === "string" && /^exp_[0-9a-f]{32}$/.test(id) ? { export: id } : {}),
  component: lazyRouteComponent(() => import("./ExportPage"), "ExportPage"),
});

const encounter = createRoute({
  getParentRoute: () => careRoute,
  path: "/record/encounters/$encounterId",
  component: lazyRouteComponent(() => import("./EncounterPage"), "EncounterPage"),
});

export const routes = [record, who, documents, exported, encounter] as const;

export const nav: NavEntry[] = [
  { to: "/record", label: "record", icon: IconFileDescription, order: 35, shows: (me) => me.patient_id !== null && me.permissions.includes("ReadRecord") },
];
