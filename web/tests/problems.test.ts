import { expect, it } from "vitest";
import { fieldErrors, problemOf, ProblemError } from "@/api/problems";

const INVALID = new ProblemError({
  type: "https://salus.dev/problems/invalid",
  title: "Some of the input is not valid",
  status: 422,
  errors: [
    { detail: "too short", pointer: "/given_name" },
    { detail: "no such country", pointer: "/address/country" },
    { detail: "odd", pointer: "/lines/0/a~1b" },
    { detail: "unknown", parameter: "limit" },
  ],
});

it("points at fields as forms name them", () => {
  expect(fieldErrors(INVALID)).toEqual({
    given_name: "too short",
    "address.country": "no such country",
    "lines.0.a/b": "odd",
  });
});

it("knows a problem by its slug", () => {
  expect(INVALID.slug).toBe("invalid");
  expect(problemOf(INVALID, "invalid")).toBe(INVALID.problem);
  expect(problemOf(INVALID, "slot-taken")).toBeUndefined();
  expect(problemOf(new Error("other"), "invalid")).toBeUndefined();
});
