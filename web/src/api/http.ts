import type { Session } from "@/auth/session";
import { SignInError } from "@/auth/cognito";
import { ConnectionError, ProblemError, type Problem } from "./problems";

const RETRIES = [300, 1200];
const TRY_AGAIN = new Set([502, 503, 504]);

/**
 * `fetch` with the session's ID token. A refused token is renewed once. A request whose answer was lost is sent again when
 * that cannot do anything twice: it reads, or it carries the same Idempotency-Key as before.
 */
export function authorizedFetch(session: Session): (request: Request) => Promise<Response> {
  return async (request) => {
    const token = await signedIn(session);
    const answer = await send(request, token);
    if (answer.status !== 401) return answer;
    return send(request, await renewed(session, token));
  };
}

/** `fetch` for what is open to everybody, with the same patience. */
export function openFetch(request: Request): Promise<Response> {
  return send(request);
}

async function send(request: Request, token?: string): Promise<Response> {
  const repeatable = request.method === "GET" || request.headers.has("Idempotency-Key");
  for (let attempt = 0; ; attempt += 1) {
    const wait = repeatable ? RETRIES[attempt] : undefined;
    try {
      const copy = request.clone();
      if (token) copy.headers.set("Authorization", `Bearer ${token}`);
      const answer = await fetch(copy);
      if (!TRY_AGAIN.has(answer.status) || wait === undefined) return answer;
    } catch (error) {
      if (request.signal.aborted) throw error;
      if (wait === undefined) throw new ConnectionError();
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

function signedIn(session: Session): Promise<string> {
  return session.idToken().catch(asProblem);
}

function renewed(session: Session, refused: string): Promise<string> {
  return session.replace(refused).catch(asProblem);
}

function asProblem(error: unknown): never {
  if (error instanceof SignInError)
    throw new ProblemError({ type: "https://salus.dev/problems/unauthorized", title: "Sign in first", status: 401 });
  throw error;
}

/**
 * The data of a call, or its refusal as an exception:
 * `const visit = await answered(care.GET("/v1/appointments/{appointment_id}", { params }))`.
 *
 * @throws {ProblemError} the API refused.
 * @throws {ConnectionError} nobody answered.
 */
export async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  throw new ProblemError(isProblem(error) ? error : { type: "about:blank", title: response.statusText, status: response.status });
}

function isProblem(content: unknown): content is Problem {
  return typeof content === "object" && content !== null && "type" in content && "status" in content;
}
