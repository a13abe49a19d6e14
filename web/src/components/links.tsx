import { Anchor, Button, type ButtonProps, NavLink } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentProps } from "react";

/** Mantine's looks with the router's typed addresses: `<LinkButton to="/profile">`. */
export const LinkButton = createLink((props: ButtonProps & Omit<ComponentProps<"a">, keyof ButtonProps>) => <Button component="a" {...props} />);
export const LinkAnchor = createLink(Anchor<"a">);
export const LinkNav = createLink(NavLink<"a">);
