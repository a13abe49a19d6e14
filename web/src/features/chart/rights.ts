import type { Me } from "@/api/me";
import type { Encounter, Entry, Written } from "@/api/record";

type Reader = Pick<Me, "user_id" | "practitioner_id" | "permissions">;

/** What is written in an encounter, and the permission that it takes. */
export const IN_ENCOUNTER = { note: "RecordNote", vitals: "RecordVitals", diagnosis: "RecordDiagnosis", procedure: "RecordProcedure" } as const;

/** What is true of a patient beyond an encounter, and the permission that it takes. */
export const OF_PATIENT = { allergy: "RecordAllergy", problem: "RecordProblem", "care-plan": "RecordCarePlan" } as const;

/** Whether somebody is in an encounter: it is theirs, or they take part. */
export function takesPart(me: Reader, { practitioner_id, participants }: Pick<Encounter, "practitioner_id" | "participants">): boolean {
  const names = [me.user_id, ...(me.practitioner_id ? [me.practitioner_id] : [])];
  return [practitioner_id, ...participants].some((name) => name !== null && names.includes(name));
}

/** What can happen to an encounter, and the permission that it takes. */
const STEPS = {
  start: "StartEncounter",
  join: "JoinEncounter",
  close: "CloseEncounter",
  ask: "AddParticipant",
  dismiss: "RemoveParticipant",
  cancel: "CancelEncounter",
  retract: "RetractEncounter",
} as const;

export type Step = keyof typeof STEPS;

/** What the reader may do with an encounter as it stands. Whoever receives patients calls any of them off, doctors their own. */
export function possibleSteps(me: Reader, encounter: Pick<Encounter, "practitioner_id" | "participants" | "status">): Step[] {
  const own = me.practitioner_id !== null && encounter.practitioner_id === me.practitioner_id;
  const begun = encounter.status === "in-progress";
  const waits = encounter.status === "planned" || encounter.status === "arrived";
  const possible: Record<Step, boolean> = {
    start: own && waits,
    join: (waits || begun) && !takesPart(me, encounter),
    close: own && begun,
    ask: own && (waits || begun),
    dismiss: own && (waits || begun),
    cancel: waits && (own || me.practitioner_id === null),
    retract: own && begun,
  };
  return (Object.keys(STEPS) as Step[]).filter((step) => possible[step] && me.permissions.includes(STEPS[step]));
}

/** Whether the reader may correct an entry: they wrote it, their encounter it was written in, or it is of a patient whom they treat. */
export function mayCorrect(me: Reader, entry: Entry<Written>, encounters: readonly Entry<"encounter">[]): boolean {
  if (entry.status === "entered-in-error" || !me.permissions.includes("CorrectEntry")) return false;
  const theirs = encounters.some(({ entry_id: id, content }) => id === entry.encounter_id && me.practitioner_id !== null && content.practitioner_id === me.practitioner_id);
  return entry.author.user_id === me.user_id || theirs || (entry.kind in OF_PATIENT && me.practitioner_id !== null);
}

const OPEN = ["in-progress", "arrived", "planned"];

/** The encounter that a chart is about: one of the reader's own if there is any, one under way before one that waits, the newest first. */
export function presentEncounter(me: Reader, encounters: readonly Entry<"encounter">[]): Entry<"encounter"> | undefined {
  const open = encounters.filter(({ status }) => OPEN.includes(status));
  const rank = ({ content, status }: Entry<"encounter">) => (content.practitioner_id === me.practitioner_id ? 0 : OPEN.length) + OPEN.indexOf(status);
  return open.toSorted((one, other) => rank(one) - rank(other))[0];
}
