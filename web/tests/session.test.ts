import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionError } from "@/api/problems";
import { SignInError, type Tokens } from "@/auth/cognito";
import { IDLE_LIMIT, Session } from "@/auth/session";

/** A browser's tabs: each has a storage of its own, all of them one channel. */
class Storage {
  private readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
  removeItem = (key: string) => void this.items.delete(key);
}

function token(lifetime: number, issued = Date.now() / 1000): string {
  const body = { email: "jörg@care.example", iat: issued, exp: issued + lifetime };
  return `h.${Buffer.from(JSON.stringify(body)).toString("base64url")}.s`;
}

function tokens(name: string, lifetime = 300): Tokens {
  return { idToken: `${token(lifetime)}-${name}`, accessToken: `access-${name}`, refreshToken: "refresh" };
}

const open: Session[] = [];

function tab(refresh: () => Promise<Tokens> = () => Promise.reject(new SignInError("NotAuthorizedException"))) {
  const session = new Session("care");
  const refreshed = vi.spyOn(session.pool, "refresh").mockImplementation(refresh);
  const revoked = vi.spyOn(session.pool, "revoke").mockResolvedValue();
  open.push(session);
  return { session, refreshed, revoked };
}

beforeEach(() => {
  vi.stubGlobal("sessionStorage", new Storage());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  for (const session of open.splice(0)) session.close();
});

describe("tokens", () => {
  it("are used while they last", async () => {
    const { session, refreshed } = tab();
    const first = tokens("first");
    session.begin(first);
    expect(await session.idToken()).toBe(first.idToken);
    expect(refreshed).not.toHaveBeenCalled();
  });

  it("are renewed before they end, once for all who wait", async () => {
    const { session, refreshed } = tab(() => Promise.resolve(tokens("second")));
    session.begin(tokens("first", 30));
    const [one, other] = await Promise.all([session.idToken(), session.accessToken()]);
    expect(one).toContain("second");
    expect(other).toBe("access-second");
    expect(refreshed).toHaveBeenCalledTimes(1);
  });

  it("last as long as they say on a device whose clock is wrong", async () => {
    const { session, refreshed } = tab();
    const yesterday = Date.now() / 1000 - 86_400;
    session.begin({ ...tokens("first"), idToken: token(300, yesterday) });
    await session.idToken();
    expect(refreshed).not.toHaveBeenCalled();
  });

  it("that were refused are renewed once, however many calls they were refused to", async () => {
    const { session, refreshed } = tab(() => Promise.resolve(tokens("second")));
    const first = tokens("first");
    session.begin(first);
    const renewed = await Promise.all([session.replace(first.idToken), session.replace(first.idToken)]);
    expect(await session.replace(first.idToken)).toBe(renewed[0]);
    expect(refreshed).toHaveBeenCalledTimes(1);
  });

  it("that come after signing out do not bring the session back", async () => {
    let answer: (tokens: Tokens) => void = () => undefined;
    const { session } = tab(() => new Promise((resolve) => (answer = resolve)));
    session.begin(tokens("first", 1));
    const late = session.idToken();
    await Promise.resolve();
    await session.end();
    answer(tokens("second"));
    await expect(late).rejects.toBeInstanceOf(SignInError);
    expect(session.current()).toBe("signed-out");
    expect(sessionStorage.getItem("salus.care.session")).toBeNull();
  });

  it("stay while nobody answers, and end when the pool refuses", async () => {
    let refusal: Error = new TypeError("Failed to fetch");
    const { session } = tab(() => Promise.reject(refusal));
    session.begin(tokens("first", 1));
    await expect(session.idToken()).rejects.toThrow();
    expect(session.current()).toBe("signed-in");
    refusal = new SignInError("NotAuthorizedException");
    await expect(session.idToken()).rejects.toThrow();
    expect(session.current()).toBe("signed-out");
  });
});

describe("a session", () => {
  it("keeps nothing but the refresh token, and when somebody was there", () => {
    const { session } = tab();
    session.begin(tokens("first"));
    const kept = JSON.parse(sessionStorage.getItem("salus.care.session") ?? "{}") as object;
    expect(Object.keys(kept).sort()).toEqual(["activeAt", "refreshToken"]);
    expect(session.email).toBe("jörg@care.example");
  });

  it("goes on after a reload", async () => {
    tab().session.begin(tokens("first"));
    const { session } = tab(() => Promise.resolve(tokens("second")));
    await session.restore();
    expect(session.current()).toBe("signed-in");
  });

  it("goes on at the next attempt when nobody answered at the first", async () => {
    tab().session.begin(tokens("first"));
    let answer: () => Promise<Tokens> = () => Promise.reject(new ConnectionError());
    const { session } = tab(() => answer());
    await expect(session.restore()).rejects.toBeInstanceOf(ConnectionError);
    expect(session.current()).toBe("unknown");
    answer = () => Promise.resolve(tokens("second"));
    await session.restore();
    expect(session.current()).toBe("signed-in");
  });

  it("does not go on when nobody was there for too long, and is revoked", async () => {
    tab().session.begin(tokens("first"));
    for (const each of open.splice(0)) each.close();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + IDLE_LIMIT + 1000 });
    const { session, refreshed, revoked } = tab(() => Promise.resolve(tokens("second")));
    await session.restore();
    expect(session.current()).toBe("signed-out");
    expect(refreshed).not.toHaveBeenCalled();
    expect(revoked).toHaveBeenCalledWith("refresh");
  });

  it("is shared with a new tab, and ends in all of them", async () => {
    const first = tab();
    first.session.begin(tokens("first"));
    vi.stubGlobal("sessionStorage", new Storage());
    const second = tab(() => Promise.resolve(tokens("second")));
    await second.session.restore();
    expect(second.session.current()).toBe("signed-in");
    await first.session.end();
    await vi.waitUntil(() => second.session.current() === "signed-out");
    expect(first.revoked).toHaveBeenCalledWith("refresh");
  });

  it("is alive in every tab while somebody is there in one", async () => {
    const first = tab();
    first.session.begin(tokens("first"));
    const second = tab(() => Promise.resolve(tokens("second")));
    await second.session.restore();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
    first.session.touch();
    await vi.waitUntil(() => second.session.lastActive === first.session.lastActive);
  });
});
