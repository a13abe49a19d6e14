import type { TrailFilter } from "@/api/trail";

const SHAPES: Record<keyof TrailFilter, (value: string) => boolean> = {
  about: (value) => /^[\w-]{1,100}$/.test(value),
  actor: (value) => value.length <= 100,
  from: (value) => !Number.isNaN(Date.parse(value)),
  to: (value) => !Number.isNaN(Date.parse(value)),
};

/** What an address asks the trail for; what it cannot mean is left out. */
export function trailFilter(search: Record<string, unknown>): TrailFilter {
  return Object.fromEntries(Object.entries(SHAPES).flatMap(([name, fits]) => (typeof search[name] === "string" && search[name] !== "" && fits(search[name]) ? [[name, search[name]]] : [])));
}
