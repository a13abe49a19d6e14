import { Anchor, Button, NavLink } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** Mantine's looks with the router's typed addresses: `<LinkButton to="/profile">`. */
export const LinkButton = createLink(Button<"a">);
export const LinkAnchor = createLink(Anchor<"a">);
export const LinkNav = createLink(NavLink<"a">);
