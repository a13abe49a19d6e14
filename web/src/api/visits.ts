import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import type { Specialty } from "./specialties";

export type Visit = Schema<"AppointmentOut">;
export type FreeSlot = Schema<"SlotOut">;

/** Free times of a practitioner on local days, both included. What is free changes by the minute: asked for again often. */
export const availabilityQuery = (practitionerId: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["availability", practitionerId, from, to],
    queryFn: ({ signal }) =>
      answered(
        care.GET("/v1/practitioners/{practitioner_id}/availability", {
          params: { path: { practitioner_id: practitionerId }, query: { from, to } },
          signal,
        }),
      ),
    staleTime: 10_000,
    refetchOnWindowFocus: "always",
    refetchInterval: 60_000,
  });

/** The soonest free times of a specialty on local days, both included, whoever offers them. */
export const slotsQuery = (specialty: Specialty, from: string, to: string, departmentId?: string) =>
  queryOptions({
    queryKey: ["slots", specialty, from, to, departmentId],
    queryFn: ({ signal }) =>
      answered(
        care.GET("/v1/slots", {
          params: { query: { specialty, from, to, limit: 50, ...(departmentId ? { department_id: departmentId } : {}) } },
          signal,
        }),
      ),
    staleTime: 10_000,
    refetchOnWindowFocus: "always",
    refetchInterval: 60_000,
  });

/** Most times that one search answers with. */
const MOST_SLOTS = 50;

/** The soonest free times of a specialty from `from` to `to`, local days both included, page by page. */
export const openingsQuery = (specialty: Specialty, from: string, to: string, departmentId?: string) =>
  infiniteQueryOptions({
    queryKey: ["slots", "openings", specialty, from, to, departmentId],
    queryFn: ({ signal, pageParam: cursor }) => {
      const query = { specialty, from, to, limit: MOST_SLOTS, ...(departmentId ? { department_id: departmentId } : {}), ...(cursor ? { cursor } : {}) };
      return answered(care.GET("/v1/slots", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    select: ({ pages }) => pages.flatMap(({ slots }) => slots),
    staleTime: 10_000,
    refetchOnWindowFocus: "always",
    refetchInterval: 60_000,
  });

export const visitQuery = (appointmentId: string) =>
  queryOptions({
    queryKey: ["appointments", appointmentId],
    queryFn: ({ signal }) =>
      answered(care.GET("/v1/appointments/{appointment_id}", { params: { path: { appointment_id: appointmentId } }, signal })),
  });

export const seriesQuery = (seriesId: string) =>
  queryOptions({
    queryKey: ["appointments", "series", seriesId],
    queryFn: ({ signal }) => answered(care.GET("/v1/appointment-series/{series_id}", { params: { path: { series_id: seriesId } }, signal })),
  });

/** A visit may have begun this long ago and still go on. */
const LONGEST = 12 * 3600_000;

/** A patient's visits that go on or are to come, cancelled ones too, page by page and soonest first. */
export const visitsToComeQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: ["appointments", "to-come", patientId],
    queryFn: async ({ signal, pageParam }) => {
      const query = { patient_id: patientId, from: pageParam.from, limit: 50, ...(pageParam.cursor ? { cursor: pageParam.cursor } : {}) };
      const page = await answered(care.GET("/v1/appointments", { params: { query }, signal }));
      return { ...page, from: pageParam.from };
    },
    // The pages of one list must begin at one time, or its cursor is another list's.
    initialPageParam: { from: new Date(Date.now() - LONGEST).toISOString(), cursor: "" },
    getNextPageParam: ({ from, next_cursor: cursor }) => (cursor ? { from, cursor } : undefined),
    refetchInterval: 60_000,
  });

const YEAR = 365 * 86_400_000;

/** A patient's visits that began before now, a year at a time and latest first. */
export const pastVisitsQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: ["appointments", "past", patientId],
    queryFn: async ({ signal, pageParam: to }) => {
      const from = new Date(Date.parse(to) - YEAR).toISOString();
      const list = (query: { from?: string; to: string; limit: number; cursor?: string }) =>
        answered(care.GET("/v1/appointments", { params: { query: { patient_id: patientId, ...query } }, signal }));
      const [visits, before] = await Promise.all([everyVisit((cursor) => list({ from, to, limit: 100, ...cursor })), list({ to: from, limit: 1 })]);
      return { visits: visits.reverse(), earlier: before.items.length > 0 || before.next_cursor !== null ? from : undefined };
    },
    initialPageParam: new Date().toISOString(),
    getNextPageParam: ({ earlier }) => earlier,
  });

async function everyVisit(page: (cursor: { cursor?: string }) => Promise<{ items: Visit[]; next_cursor?: string | null }>): Promise<Visit[]> {
  const found: Visit[] = [];
  let cursor: { cursor?: string } | undefined = {};
  while (cursor) {
    const { items, next_cursor: next } = await page(cursor);
    found.push(...items);
    cursor = next ? { cursor: next } : undefined;
  }
  return found;
}

/** Visits or what keeps others from their time have changed: ask again for everything that shows them. */
export function visitsChanged(queryClient: QueryClient): void {
  for (const key of ["appointments", "availability", "slots", "waitlist"]) void queryClient.invalidateQueries({ queryKey: [key] });
}
