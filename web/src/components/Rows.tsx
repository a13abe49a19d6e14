import { createLink } from "@tanstack/react-router";
import type { ComponentProps, KeyboardEvent, ReactNode } from "react";
import classes from "./Rows.module.css";

interface Props {
  /** What the list is of. */
  label: string;
  /** `<li>`s, each with a `RowLink` or a `RowButton`. */
  children: ReactNode;
  /** The arrow up was pressed on the first row. */
  onLeave?: () => void;
}

/** A list whose rows lead somewhere; the arrow keys go through it. */
export function Rows({ label, children, onLeave }: Props) {
  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const rows = rowsIn(event.currentTarget);
    const at = rows.indexOf(document.activeElement as HTMLElement);
    if (step === 0 || at === -1) return;
    event.preventDefault();
    const next = rows[at + step];
    if (next && at + step >= 0) next.focus();
    else if (step === -1) onLeave?.();
  };
  return (
    // The rows are what is used; the list only hears their keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul aria-label={label} className={classes.rows} onKeyDown={move}>
      {children}
    </ul>
  );
}

/** The focusable row of each entry of a list. */
function rowsIn(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(`.${classes.row ?? ""}`)];
}

/** Goes to the first row of the list that stands in `container`. */
export function focusFirstRow(container: HTMLElement | null): void {
  if (container) rowsIn(container)[0]?.focus();
}

export const RowLink = createLink(({ children, ...props }: ComponentProps<"a">) => (
  <a {...props} className={classes.row}>
    {children}
  </a>
));

export function RowButton(props: ComponentProps<"button">) {
  return <button type="button" {...props} className={classes.row} />;
}
