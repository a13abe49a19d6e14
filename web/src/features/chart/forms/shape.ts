import type { FormErrors, UseFormReturnType } from "@mantine/form";
import type { TFunction } from "i18next";
import type { ComponentType } from "react";
import type { Schema } from "@/api/care";
import type { Entry, Written } from "@/api/record";

/** Where something is written down: every entry is of a patient, most are of an encounter. */
export interface Place {
  patientId: string;
  encounterId: string | undefined;
}

/** What a form needs to know of a kind of entry. `Values` is what stands in its fields. */
export interface Shape<K extends Written, Values extends object> {
  kind: K;
  empty: Values;
  /** What stands in an entry that is corrected. */
  valuesOf: (entry: Entry<K>) => Values;
  /** What the API is told. */
  contentOf: (values: Values) => Record<string, unknown>;
  validate: (values: Values, t: TFunction<"chart">) => FormErrors;
  /** The field that a name in the API's answer is about, where it is called otherwise. */
  fieldOf?: (name: string, values: Values) => string;
  record: (place: Place, body: object, key: string) => Promise<Schema<"RecordEntryOut">>;
  Fields: ComponentType<{ form: UseFormReturnType<Values> }>;
}

/** Texts as the API takes them: what is empty is not given. */
export function given(text: string | null): string | null {
  return text?.trim() ? text.trim() : null;
}
