import { useState } from "react";

/** Remembers under which Idempotency-Key a body was sent. */
export class Intent {
  private body = "";
  private key = "";

  /** The key for this body: the same one for as long as the body is the same, a new one once it is another. */
  keyFor(body: unknown): string {
    const text = JSON.stringify(body);
    if (text !== this.body || this.key === "") {
      this.body = text;
      this.key = crypto.randomUUID();
    }
    return this.key;
  }

  /** It has succeeded: whoever sends the same again means it again. */
  done(): void {
    this.key = "";
  }
}

/**
 * One person's intent to create something, for as long as a form is open. Pass `intent.keyFor(body)` as Idempotency-Key and
 * call `intent.done()` on success: retries and double clicks then do it once, a changed form does it anew.
 */
export function useIntent(): Intent {
  const [intent] = useState(() => new Intent());
  return intent;
}
