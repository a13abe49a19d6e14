import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { everyItem } from "./pages";

/** What each kind of entry says. */
interface Contents {
  note: Schema<"NoteOut">;
  vitals: Schema<"VitalsOut">;
  diagnosis: Schema<"DiagnosisOut">;
  problem: Schema<"ProblemOut">;
  procedure: Schema<"ProcedureOut">;
  allergy: Schema<"AllergyOut">;
  "care-plan": Schema<"CarePlanOut">;
  encounter: Schema<"EncounterLine">;
}

export type Kind = keyof Contents;

/** One version of what stands in a record; its `kind` tells what its content is. */
export type Entry<K extends Kind = Kind> = { [Each in K]: Omit<Schema<"RecordEntryOut">, "kind" | "content"> & { kind: Each; content: Contents[Each] } }[K];

/** What is written down; encounters come to be otherwise. */
export type Written = Exclude<Kind, "encounter">;

export type Measurement = Schema<"MeasurementOut">;
export type Encounter = Schema<"EncounterOut">;
export type Sign = Schema<"VitalSignOut">;

export const KINDS = ["encounter", "note", "vitals", "diagnosis", "procedure", "allergy", "problem", "care-plan"] as const satisfies Kind[];

/** The contract says in words that the content has the shape of its kind. */
const asEntries = (items: Schema<"RecordEntryOut">[]) => items as Entry[];

/** Everything that shows what stands in a patient's record. */
export const recordKey = (patientId: string) => ["record", patientId] as const;

/** A patient's record, newest first. */
export const timelineQuery = (patientId: string, kind?: Kind) =>
  infiniteQueryOptions({
    queryKey: [...recordKey(patientId), "timeline", kind],
    queryFn: async ({ signal, pageParam }) => {
      const query = { limit: 25, ...(kind ? { kind } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      const page = await answered(care.GET("/v1/patients/{patient_id}/record", { params: { path: { patient_id: patientId }, query }, signal }));
      return { ...page, items: asEntries(page.items) };
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

/** What to know of a patient before anything is done. */
export const summaryQuery = (patientId: string) =>
  queryOptions({
    queryKey: [...recordKey(patientId), "summary"],
    queryFn: async ({ signal }) => {
      const summary = await answered(care.GET("/v1/patients/{patient_id}/summary", { params: { path: { patient_id: patientId } }, signal }));
      return { ...summary, allergies: summary.allergies as Entry<"allergy">[], problems: summary.problems as Entry<"problem">[] };
    },
  });

/** Most that a page of the record holds. */
const MOST = 100;

/** The newest entries of a kind. */
export const newestQuery = <K extends Kind>(patientId: string, kind: K) =>
  queryOptions({
    queryKey: [...recordKey(patientId), "newest", kind],
    queryFn: async ({ signal }) => {
      const params = { path: { patient_id: patientId }, query: { kind, limit: MOST } };
      const { items } = await answered(care.GET("/v1/patients/{patient_id}/record", { params, signal }));
      return items as unknown as Entry<K>[];
    },
  });

/** All versions of an entry, the first one first. */
export const versionsQuery = (patientId: string, entryId: string) =>
  queryOptions({
    queryKey: [...recordKey(patientId), "versions", entryId],
    queryFn: async ({ signal }) => asEntries((await answered(care.GET("/v1/records/{entry_id}/versions", { params: { path: { entry_id: entryId } }, signal }))).items),
  });

export const encounterQuery = (patientId: string, encounterId: string) =>
  queryOptions({
    queryKey: [...recordKey(patientId), "encounter", encounterId],
    queryFn: ({ signal }) => answered(care.GET("/v1/encounters/{encounter_id}", { params: { path: { encounter_id: encounterId } }, signal })),
  });

/** The vital signs that can be recorded, with their units. */
export const signsQuery = queryOptions({
  queryKey: ["codes", "vital-signs"],
  queryFn: async ({ signal }) => (await answered(care.GET("/v1/codes/vital-signs", { signal }))).items,
  staleTime: Infinity,
});

const DAY = 86_400_000;

/** What was written down in an encounter: entries may be of some time before it, and none is later than its end. */
export const writtenInQuery = (encounter: Encounter | undefined) =>
  queryOptions({
    queryKey: [...recordKey(encounter?.patient_id ?? ""), "written-in", encounter?.encounter_id, encounter?.version],
    queryFn: async ({ signal }) => {
      if (!encounter) return [];
      const { patient_id, encounter_id, opened_at, ended_at } = encounter;
      const from = new Date(Date.parse(opened_at) - DAY).toISOString();
      const to = new Date((ended_at ? Date.parse(ended_at) : Date.now()) + 1000).toISOString();
      const items = await everyItem((cursor) => {
        const query = { from, to, limit: MOST, ...(cursor ? { cursor } : {}) };
        return answered(care.GET("/v1/patients/{patient_id}/record", { params: { path: { patient_id }, query }, signal }));
      });
      return asEntries(items).filter((entry) => entry.encounter_id === encounter_id && entry.kind !== "encounter");
    },
  });
