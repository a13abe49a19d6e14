import type { ReactNode } from "react";
import type { Written } from "@/api/record";
import { allergy } from "./allergy";
import { carePlan } from "./carePlan";
import { diagnosis, problem } from "./condition";
import { EntryForm, type FormProps } from "./EntryForm";
import { note } from "./note";
import { procedure } from "./procedure";
import { vitals } from "./vitals";

const FORMS: Record<Written, (props: FormProps) => ReactNode> = {
  note: (props) => <EntryForm {...props} shape={note} />,
  vitals: (props) => <EntryForm {...props} shape={vitals} />,
  diagnosis: (props) => <EntryForm {...props} shape={diagnosis} />,
  procedure: (props) => <EntryForm {...props} shape={procedure} />,
  allergy: (props) => <EntryForm {...props} shape={allergy} />,
  problem: (props) => <EntryForm {...props} shape={problem} />,
  "care-plan": (props) => <EntryForm {...props} shape={carePlan} />,
};

/** The form of a kind of entry. */
export function FormOf({ kind, ...props }: FormProps & { kind: Written }) {
  return FORMS[kind](props);
}
