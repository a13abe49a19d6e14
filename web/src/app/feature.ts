import type { ComponentType } from "react";
import type { ParseKeys } from "i18next";
import type { Me } from "@/api/me";

/** One entry of the navigation; a feature lists its own. */
export interface NavEntry {
  to: string;
  /** The beginnings of further addresses that lead on from here. */
  leadsTo?: string[] | undefined;
  /** A key of locales/<language>/nav.json. */
  label: ParseKeys<"nav">;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** Small numbers first; tens, so that something fits in between. The first entry of a person is their home. */
  order: number;
  /** Whom it is for: prefer a permission to a role. */
  shows: (me: Me) => boolean;
  /** A number beside the label, such as how much there is to do; load it lazily. */
  badge?: ComponentType;
}

/** A person's own navigation, in its order. */
export function entriesOf(navigation: readonly NavEntry[], me: Me): NavEntry[] {
  return navigation.filter(({ shows }) => shows(me)).sort((one, other) => one.order - other.order);
}

/** Whether an address belongs to an entry: its own, what lies below it, or what it leads to. */
export function holds({ to, leadsTo = [] }: Pick<NavEntry, "to" | "leadsTo">, pathname: string): boolean {
  return [to, ...leadsTo].some((address) => pathname === address || pathname.startsWith(`${address}/`));
}
