import { type Application, SignInError, type Tokens, UserPool } from "./cognito";

export const IDLE_LIMIT = 15 * 60_000;
export const IDLE_WARNING = 60_000;

/** A token is renewed this long before it ends, so that none ends on its way. */
const MARGIN = 45_000;
/** How long a new tab waits for another one to share its session. */
const PATIENCE = 500;

export type State = "unknown" | "signed-out" | "signed-in";

interface Held extends Tokens {
  /** By this browser's clock, from the token's own span: the clock may be wrong, the span is not. */
  endsAt: number;
}

type Message =
  | { kind: "who" }
  | { kind: "here"; refreshToken: string; activeAt: number }
  | { kind: "active"; at: number }
  | { kind: "signed-out" };

/**
 * One application's session in this tab. The refresh token outlives a reload in sessionStorage, ID and access token are in
 * memory alone. Tabs of one browser share a session while one of them is open, and end it together.
 */
export class Session {
  readonly pool: UserPool;
  private state: State = "unknown";
  private held: Held | undefined;
  private renewing: Promise<Held> | undefined;
  private restoring: Promise<void> | undefined;
  private activeAt = 0;
  private readonly listeners = new Set<() => void>();
  private readonly channel: BroadcastChannel;
  private readonly key: string;

  constructor(readonly application: Application) {
    this.pool = new UserPool(application);
    this.key = `salus.${application}.session`;
    this.channel = new BroadcastChannel(this.key);
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => this.hear(data);
  }

  // --- what React reads

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): State => this.state;

  /** The address that the person signed in with. */
  get email(): string {
    return claims(this.held?.idToken).email ?? "";
  }

  /** When somebody last did something in any tab. */
  get lastActive(): number {
    return this.activeAt;
  }

  // --- beginning and end

  /**
   * Go on with the session that this tab or another one has; settles once it is known whether there is one.
   *
   * @throws {ConnectionError} nobody answered, so that it is not known.
   */
  restore(): Promise<void> {
    this.restoring ??= this.find();
    return this.restoring;
  }

  begin(tokens: Tokens): void {
    this.hold(tokens);
    this.touch();
    this.become("signed-in");
  }

  async end(): Promise<void> {
    const refreshToken = this.held?.refreshToken;
    this.forget();
    this.say({ kind: "signed-out" });
    // The session is over here whatever the pool says; its tokens then end by themselves.
    if (refreshToken) await this.pool.revoke(refreshToken).catch(() => undefined);
  }

  /** Hear and say nothing more. */
  close(): void {
    this.channel.close();
  }

  /** Somebody is there. */
  touch(): void {
    this.activeAt = Date.now();
    this.keep();
    this.say({ kind: "active", at: this.activeAt });
  }

  // --- tokens

  async idToken(): Promise<string> {
    return (await this.fresh()).idToken;
  }

  async accessToken(): Promise<string> {
    return (await this.fresh()).accessToken;
  }

  /** Renew after a refusal, unless that has happened since `refused` was given out. */
  async replace(refused: string): Promise<string> {
    if (this.held && this.held.idToken !== refused) return this.held.idToken;
    return (await this.renew()).idToken;
  }

  private async fresh(): Promise<Held> {
    await this.restore();
    if (this.held && this.held.endsAt - MARGIN > Date.now()) return this.held;
    return this.renew();
  }

  /** One renewal at a time, however many calls wait for it. */
  private renew(): Promise<Held> {
    const refreshToken = this.held?.refreshToken;
    if (!refreshToken) return Promise.reject(new SignInError("NotAuthorizedException"));
    this.renewing ??= this.pool
      .refresh(refreshToken)
      .then((tokens) => {
        // Signed out meanwhile: the answer must not bring the session back.
        if (this.held?.refreshToken !== refreshToken) throw new SignInError("NotAuthorizedException");
        return this.hold(tokens);
      })
      .catch((error: unknown) => {
        if (isRefused(error) && this.held?.refreshToken === refreshToken) this.forget();
        throw error;
      })
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  // --- keeping

  private async find(): Promise<void> {
    const kept = this.kept() ?? (await this.ask());
    if (this.held) return;
    if (!kept || Date.now() - kept.activeAt > IDLE_LIMIT) {
      this.forget();
      if (kept) await this.pool.revoke(kept.refreshToken).catch(() => undefined);
      return;
    }
    this.activeAt = kept.activeAt;
    this.held = { idToken: "", accessToken: "", refreshToken: kept.refreshToken, endsAt: 0 };
    try {
      await this.renew();
      this.become("signed-in");
    } catch (error) {
      if (isRefused(error)) return;
      // Nobody knows yet: what is kept stays, and the next attempt asks again.
      this.held = undefined;
      this.restoring = undefined;
      throw error;
    }
  }

  private ask(): Promise<{ refreshToken: string; activeAt: number } | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), PATIENCE);
      this.onHere = (found) => {
        clearTimeout(timer);
        resolve(found);
      };
      this.say({ kind: "who" });
    });
  }

  private onHere: (found: { refreshToken: string; activeAt: number }) => void = () => undefined;

  private hear(message: Message): void {
    switch (message.kind) {
      case "who":
        if (this.held && this.state === "signed-in")
          this.say({ kind: "here", refreshToken: this.held.refreshToken, activeAt: this.activeAt });
        break;
      case "here":
        this.onHere(message);
        break;
      case "active":
        this.activeAt = Math.max(this.activeAt, message.at);
        this.keep();
        break;
      case "signed-out":
        if (this.held) this.forget();
    }
  }

  private hold(tokens: Tokens): Held {
    const { iat, exp } = claims(tokens.idToken);
    this.held = { ...tokens, endsAt: Date.now() + (Number(exp) - Number(iat)) * 1000 };
    this.keep();
    return this.held;
  }

  private forget(): void {
    this.held = undefined;
    sessionStorage.removeItem(this.key);
    this.become("signed-out");
  }

  private keep(): void {
    if (!this.held) return;
    const kept = { refreshToken: this.held.refreshToken, activeAt: this.activeAt };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  }

  private kept(): { refreshToken: string; activeAt: number } | undefined {
    const text = sessionStorage.getItem(this.key);
    return text === null ? undefined : (JSON.parse(text) as { refreshToken: string; activeAt: number });
  }

  private become(state: State): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }

  private say(message: Message): void {
    this.channel.postMessage(message);
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof SignInError && (error.code === "NotAuthorizedException" || error.code === "UserNotFoundException");
}

/** What a token says, for display alone: the APIs verify it, the browser need not. */
function claims(token = ""): { email?: string; iat?: number; exp?: number } {
  const body = token.split(".")[1];
  if (!body) return {};
  const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as { email?: string; iat?: number; exp?: number };
}

export const sessions = { care: new Session("care"), research: new Session("research") } as const;
