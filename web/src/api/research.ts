import createClient from "openapi-fetch";
import { sessions } from "@/auth/session";
import type { paths } from "./generated/research";
import { authorizedFetch } from "./http";

/** research's API as whoever is signed in there. */
export const research = createClient<paths>({ baseUrl: "/api/research", fetch: authorizedFetch(sessions.research) });
