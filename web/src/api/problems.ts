import type { components } from "./generated/care";

export type Problem = components["schemas"]["Problem"];
export type SlotTaken = components["schemas"]["SlotTakenProblem"];

/** The API refused; `slug` says why, `problem` carries what it said besides. */
export class ProblemError extends Error {
  readonly slug: string;
  readonly status: number;

  constructor(readonly problem: Problem) {
    super(problem.title);
    this.name = "ProblemError";
    this.slug = problem.type.split("/").pop() ?? "";
    this.status = problem.status;
  }
}

/** Nobody answered. */
export class ConnectionError extends Error {
  constructor() {
    super("connection");
    this.name = "ConnectionError";
  }
}

/** Problems that carry members of their own, by slug: a line for each. */
interface Members {
  "possible-duplicate": components["schemas"]["PossibleDuplicateProblem"];
  "slot-taken": SlotTaken;
  "encounter-exists": components["schemas"]["EncounterExistsProblem"];
  "series-conflict": components["schemas"]["SeriesConflictProblem"];
}

/** The problem document, if the error is that problem: `problemOf(error, "slot-taken")?.alternatives`. */
export function problemOf<Slug extends string>(error: unknown, slug: Slug): (Slug extends keyof Members ? Members[Slug] : Problem) | undefined {
  return error instanceof ProblemError && error.slug === slug ? (error.problem as Slug extends keyof Members ? Members[Slug] : Problem) : undefined;
}

export type FieldError = NonNullable<Problem["errors"]>[number];

/**
 * What is wrong with which field, named as Mantine's forms name them: `/address/lines/0` is `address.lines.0`.
 * Empty for any other error.
 */
export function fieldErrors(error: unknown): Record<string, FieldError> {
  return Object.fromEntries(errorsOf(error).flatMap((wrong) => (wrong.pointer ? [[fieldName(wrong.pointer), wrong]] : [])));
}

/** What is wrong with an input as a whole, such as two fields that do not go together. */
export function overallErrors(error: unknown): FieldError[] {
  return errorsOf(error).filter(({ pointer }) => pointer === "");
}

function errorsOf(error: unknown): FieldError[] {
  return error instanceof ProblemError ? (error.problem.errors ?? []) : [];
}

function fieldName(pointer: string): string {
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");
}
