import * as access from "@/features/access/routes";
import * as account from "@/features/account/routes";
import * as audit from "@/features/audit/routes";
import * as booking from "@/features/booking/routes";
import * as admin from "@/features/admin/routes";
import * as chart from "@/features/chart/routes";
import * as calendar from "@/features/calendar/routes";
import * as board from "@/features/board/routes";
import * as desk from "@/features/desk/routes";
import * as emergency from "@/features/emergency/routes";
import * as find from "@/features/find/routes";
import * as home from "@/features/home/routes";
import * as overview from "@/features/overview/routes";
import * as patients from "@/features/patients/routes";
import * as privacy from "@/features/privacy/routes";
import * as profile from "@/features/profile/routes";
import * as record from "@/features/record/routes";
import * as research from "@/features/research/routes";
import * as visits from "@/features/visits/routes";
import * as waitlist from "@/features/waitlist/routes";
import * as schedule from "@/features/schedule/routes";
import * as waiting from "@/features/waiting/routes";
import * as workList from "@/features/worklist/routes";
import type { NavEntry } from "./feature";

/** Every feature, one line in each list: its pages for everybody, its pages within care, its navigation. */
export const publicPages = [...home.publicRoutes] as const;

export const carePages = [
  ...access.routes,
  ...account.routes,
  ...admin.routes,
  ...audit.routes,
  ...board.routes,
  ...booking.routes,
  ...chart.routes,
  ...desk.routes,
  ...emergency.routes,
  ...find.routes,
  ...overview.routes,
  ...patients.routes,
  ...calendar.routes,
  ...privacy.routes,
  ...profile.routes,
  ...record.routes,
  ...visits.routes,
  ...waitlist.routes,
  ...schedule.routes,
  ...waiting.routes,
  ...workList.routes,
] as const;

export const otherPages = [...research.routes] as const;

export const navigation: readonly NavEntry[] = [
  ...access.nav,
  ...admin.nav,
  ...audit.nav,
  ...board.nav,
  ...desk.nav,
  ...emergency.nav,
  ...find.nav,
  ...overview.nav,
  ...patients.nav,
  ...calendar.nav,
  ...privacy.nav,
  ...profile.nav,
  ...record.nav,
  ...visits.nav,
  ...waitlist.nav,
  ...schedule.nav,
  ...waiting.nav,
  ...workList.nav,
];
