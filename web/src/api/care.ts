import createClient from "openapi-fetch";
import { sessions } from "@/auth/session";
import type { components, paths } from "./generated/care";
import { authorizedFetch, openFetch } from "./http";

/** Shapes of care's contract by name: `Schema<"AppointmentOut">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** care's API as whoever is signed in. */
export const care = createClient<paths>({ baseUrl: "/api/care", fetch: authorizedFetch(sessions.care) });

/** care's API as nobody in particular. */
export const openCare = createClient<paths>({ baseUrl: "/api/care", fetch: openFetch });
