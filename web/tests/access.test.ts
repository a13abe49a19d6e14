import { describe, expect, it } from "vitest";
import { cellOf, LINES, ROLES, THINGS } from "@/features/access/matrix";
import matrix from "@/features/access/matrix.json";
import access from "@/locales/en/access.json";
import roles from "@/locales/en/roles.json";

describe("the access matrix in words", () => {
  it("has words for every action, kind of thing, relation and role of the policies", () => {
    expect(Object.keys(access.actions).sort()).toEqual([...new Set(LINES.map(({ action }) => action))].sort());
    expect(Object.keys(access.things).sort()).toEqual([...THINGS].sort());
    expect(Object.keys(access.relations).sort()).toEqual([...new Set(Object.values(matrix.things).flat())].sort());
    expect(Object.keys(roles).sort()).toEqual([...ROLES].sort());
  });

  it("says nobody's, some people's, anybody's, and anybody's but some people's", () => {
    const line = { action: "ReadPatient", thing: "Patient", who: { patient: ["own", "family"], nurse: ["own", "family", "own patients", "emergency", "yes"], admin: ["yes"] } } as const;
    const cell = (role: "doctor" | "patient" | "nurse" | "admin") =>
      cellOf({ ...line, who: { patient: [...line.who.patient], nurse: [...line.who.nurse], admin: [...line.who.admin] } }, role);
    expect(cell("doctor")).toBeNull();
    expect(cell("patient")).toEqual({ anybody: false, relations: ["own", "family"] });
    expect(cell("nurse")).toEqual({ anybody: true, relations: [] });
    expect(cell("admin")).toEqual({ anybody: true, relations: ["own", "family", "own patients", "emergency"] });
  });
});
