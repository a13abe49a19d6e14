import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { batched } from "./batch";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { ProblemError } from "./problems";
import type { Specialty } from "./specialties";

export type Practitioner = Schema<"PractitionerAnswer">;

const practitionerOf = batched(async (ids) => {
  const { items } = await answered(care.GET("/v1/practitioners", { params: { query: { ids: ids.join(","), limit: ids.length } } }));
  return new Map(items.map((practitioner) => [practitioner.practitioner_id, practitioner]));
}, 50);

/** One practitioner; all that a page asks for at a time goes in one request. */
export const practitionerQuery = (practitionerId: string) =>
  queryOptions({
    queryKey: ["practitioners", practitionerId],
    queryFn: async () => {
      const practitioner = await practitionerOf(practitionerId);
      if (!practitioner) throw new ProblemError({ type: "https://salus.dev/problems/not-found", title: "Not found", status: 404 });
      return practitioner;
    },
    staleTime: 5 * 60_000,
  });

export interface PractitionerFilter {
  query?: string | undefined;
  specialty?: Specialty | undefined;
  department_id?: string | undefined;
}

/** Practitioners whom a filter lets through, page by page. */
export const practitionersQuery = (filter: PractitionerFilter) =>
  infiniteQueryOptions({
    queryKey: ["practitioners", "search", filter],
    queryFn: ({ signal, pageParam }) =>
      answered(care.GET("/v1/practitioners", { params: { query: { ...given(filter), ...given({ cursor: pageParam }), limit: 12 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** What practitioners practise. */
export const specialtiesQuery = queryOptions({
  queryKey: ["specialties"],
  queryFn: ({ signal }) => answered(care.GET("/v1/specialties", { signal })),
  staleTime: Infinity,
});

/** Most pages of places that are asked for; a house of more needs a search of its own. */
const MOST_PAGES = 10;

/** All departments by name. */
export const departmentsQuery = queryOptions({
  queryKey: ["departments"],
  queryFn: ({ signal }) =>
    everyPage((cursor) => answered(care.GET("/v1/departments", { params: { query: { limit: 100, ...given({ cursor }) } }, signal }))),
  staleTime: 5 * 60_000,
});

/** The rooms of a department. */
export const roomsQuery = (departmentId: string) =>
  queryOptions({
    queryKey: ["rooms", departmentId],
    queryFn: ({ signal }) =>
      everyPage((cursor) =>
        answered(care.GET("/v1/rooms", { params: { query: { department_id: departmentId, limit: 100, ...given({ cursor }) } }, signal })),
      ),
    staleTime: 5 * 60_000,
  });

async function everyPage<T>(page: (cursor?: string) => Promise<{ items: T[]; next_cursor?: string | null }>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  for (let number = 0; number < MOST_PAGES; number += 1) {
    const { items, next_cursor: next } = await page(cursor);
    found.push(...items);
    if (!next) break;
    cursor = next;
  }
  return found;
}

/** Without what is not given: an empty parameter is not the same as none. */
function given<T extends object>(parameters: T): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "")) as never;
}
