import type { Schema } from "@/api/care";

/** What is in the way, as people see it: what they can do about it themselves comes first. */
export function reasonOf(conflicts: readonly Schema<"ConflictOut">[]): "own" | "room" | "taken" {
  const resources = new Set(conflicts.map(({ resource }) => resource));
  if (resources.has("patient")) return "own";
  return resources.has("room") && !resources.has("practitioner") ? "room" : "taken";
}
