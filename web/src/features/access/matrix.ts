import type en from "@/locales/en/access.json";
import type roleNames from "@/locales/en/roles.json";
import matrix from "./matrix.json";

export type Role = keyof typeof roleNames;
export type Action = keyof (typeof en)["actions"];
export type Thing = keyof typeof matrix.things;
/** What somebody is to a thing; `yes` is nothing at all: it may be anybody's. */
export type Relation = keyof (typeof en)["relations"];

export interface Line {
  action: Action;
  thing: Thing;
  who: Partial<Record<Role, Relation[]>>;
}

/** Generated from the policies; a test holds that every name in it has its words. */
export const ROLES = matrix.roles as Role[];
export const THINGS = Object.keys(matrix.things) as Thing[];
export const LINES = matrix.actions as Line[];

export interface Cell {
  /** Anybody's, but for `except`. */
  anybody: boolean;
  relations: Relation[];
}

/** To whose data of this kind a role may do it; null: to nobody's. */
export function cellOf({ thing, who }: Line, role: Role): Cell | null {
  const allowed = who[role];
  if (!allowed) return null;
  const possible = matrix.things[thing] as Relation[];
  if (!allowed.includes("yes")) return { anybody: false, relations: allowed };
  return { anybody: true, relations: possible.filter((relation) => !allowed.includes(relation)) };
}
