import type { Entry, Written } from "@/api/record";

/** What somebody is about to do in a chart. */
export type Task = { act: "write"; kind: Written } | { act: "correct" | "retract"; entry: Entry<Written> };
