import { infiniteQueryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { research } from "./research";

/** Each application keeps a trail of its own. */
export type App = "care" | "research";

export type TrailEvent = Schema<"EventOut">;
export type Seal = Schema<"SealOut">;

/** Instants; without one, the API's own bound. */
export interface Period {
  from?: string;
  to?: string;
}

export interface TrailFilter extends Period {
  /** A patient's id, and in research that of any thing. */
  about?: string;
  /** A user's id. */
  actor?: string;
}

/** What was done, newest first. A page of a time may hold few records and yet have a next one. */
export const eventsQuery = (app: App, { about, ...filter }: TrailFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", app, "events", about, filter],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) };
      return app === "care"
        ? answered(care.GET("/v1/audit/events", { params: { query: { ...query, ...(about ? { patient_id: about } : {}) } }, signal }))
        : answered(research.GET("/v1/audit/events", { params: { query: { ...query, ...(about ? { entity: about } : {}) } }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

/** The seals of the trail, newest first. */
export const sealsQuery = (app: App) =>
  infiniteQueryOptions({
    queryKey: ["audit", app, "seals"],
    queryFn: ({ signal, pageParam }) => {
      const params = { query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } };
      return app === "care" ? answered(care.GET("/v1/audit/seals", { params, signal })) : answered(research.GET("/v1/audit/seals", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

/** Whether a seal holds, with every record under it. */
export function verify(app: App, number: number): Promise<Schema<"VerdictOut">> {
  const params = { path: { number: String(number) } };
  return app === "care" ? answered(care.POST("/v1/audit/seals/{number}/verify", { params })) : answered(research.POST("/v1/audit/seals/{number}/verify", { params }));
}

/** Where what was sealed in a time lies for some minutes. */
export function exportTrail(app: App, query: Period): Promise<Schema<"ExportOut">> {
  return app === "care" ? answered(care.GET("/v1/audit/export", { params: { query } })) : answered(research.GET("/v1/audit/export", { params: { query } }));
}
