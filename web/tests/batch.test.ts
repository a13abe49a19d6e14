import { expect, it, vi } from "vitest";
import { batched } from "@/api/batch";

it("asks once for what is asked for at once, each thing once, and no more than the API takes", async () => {
  const load = vi.fn((ids: string[]) => Promise.resolve(new Map(ids.filter((id) => id !== "nobody").map((id) => [id, id.toUpperCase()]))));
  const nameOf = batched(load, 2);
  expect(await Promise.all(["a", "b", "a", "nobody"].map(nameOf))).toEqual(["A", "B", "A", null]);
  expect(load.mock.calls).toEqual([[["a", "b"]], [["nobody"]]]);
});

it("tells a failure to those whom it concerns alone", async () => {
  const nameOf = batched((ids) => (ids.includes("bad") ? Promise.reject(new Error("down")) : Promise.resolve(new Map([["b", 1]]))), 1);
  const [bad, good] = await Promise.allSettled([nameOf("bad"), nameOf("b")]);
  expect(bad.status).toBe("rejected");
  expect(good).toEqual({ status: "fulfilled", value: 1 });
});
