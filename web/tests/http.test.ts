import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { authorizedFetch } from "@/api/http";
import { ConnectionError, ProblemError } from "@/api/problems";
import { SignInError } from "@/auth/cognito";
import type { Session } from "@/auth/session";

type Step = number | "lost";
let seen: { key: string | null; token: string | null; body: string }[];

/** An API that answers one step after the other; "lost" breaks the connection. */
function api(...steps: Step[]): void {
  seen = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    seen.push({ key: request.headers.get("Idempotency-Key"), token: request.headers.get("Authorization"), body: await request.text() });
    const step = steps.shift() ?? 200;
    if (step === "lost") throw new TypeError("Failed to fetch");
    return new Response("{}", { status: step });
  });
}

const session = {
  idToken: () => Promise.resolve("old"),
  replace: (refused: string) => Promise.resolve(refused === "old" ? "new" : "newer"),
} as unknown as Session;

function booking(headers: Record<string, string> = { "Idempotency-Key": "k-1" }): Request {
  return new Request("http://salus.test/v1/appointments", { method: "POST", headers, body: '{"a":1}' });
}

async function settled<T>(promise: Promise<T>): Promise<T> {
  const [answer] = await Promise.all([promise, vi.runAllTimersAsync()]);
  return answer;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("sends a create whose answer was lost again, with the same key and body", async () => {
  api("lost", 503, 201);
  expect((await settled(authorizedFetch(session)(booking()))).status).toBe(201);
  expect(seen).toEqual(Array(3).fill({ key: "k-1", token: "Bearer old", body: '{"a":1}' }));
});

it("sends nothing twice that could then be done twice", async () => {
  api("lost", 201);
  await expect(settled(authorizedFetch(session)(booking({})))).rejects.toBeInstanceOf(ConnectionError);
  expect(seen).toHaveLength(1);
});

it("gives up after a few attempts", async () => {
  api("lost", "lost", "lost", "lost");
  await expect(settled(authorizedFetch(session)(booking()))).rejects.toBeInstanceOf(ConnectionError);
  expect(seen).toHaveLength(3);
});

it("renews a refused token once and sends the whole request again", async () => {
  api(401, 201);
  expect((await settled(authorizedFetch(session)(booking()))).status).toBe(201);
  expect(seen.map(({ token }) => token)).toEqual(["Bearer old", "Bearer new"]);
  expect(seen[1]).toMatchObject({ key: "k-1", body: '{"a":1}' });
});

it("lets a second refusal stand", async () => {
  api(401, 401, 200);
  expect((await settled(authorizedFetch(session)(booking()))).status).toBe(401);
  expect(seen).toHaveLength(2);
});

it("asks to sign in again where the session has ended", async () => {
  api();
  const ended = { idToken: () => Promise.reject(new SignInError("NotAuthorizedException")) } as unknown as Session;
  const refusal = await settled(authorizedFetch(ended)(booking()).catch((error: unknown) => error));
  expect(refusal).toBeInstanceOf(ProblemError);
  expect(refusal).toMatchObject({ slug: "unauthorized" });
  expect(seen).toHaveLength(0);
});
