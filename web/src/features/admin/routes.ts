import { IconBuildingHospital, IconId } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { NavEntry } from "@/app/feature";
import { careRoute } from "@/app/routes";

const staff = createRoute({
  getParentRoute: () => careRoute,
  path: "/staff",
  component: lazyRouteComponent(() => import("./Staff"), "Staff"),
});

const hire = createRoute({
  getParentRoute: () => careRoute,
  path: "/staff/new",
  component: lazyRouteComponent(() => import("./Hire"), "Hire"),
});

const member = createRoute({
  getParentRoute: () => careRoute,
  path: "/staff/$staffId",
  component: lazyRouteComponent(() => import("./Member"), "Member"),
});

const departments = createRoute({
  getParentRoute: () => careRoute,
  path: "/departments",
  component: lazyRouteComponent(() => import("./Departments"), "Departments"),
});

export const routes = [staff, hire, member, departments] as const;

export const nav: NavEntry[] = [
  { to: "/staff", label: "staff", icon: IconId, order: 50, shows: (me) => me.permissions.includes("ListStaff") },
  { to: "/departments", label: "departments", icon: IconBuildingHospital, order: 60, shows: (me) => me.permissions.includes("CreateDepartment") },
];
