import { ConnectionError } from "@/api/problems";

/** What the browser has to know about one application: where people sign in, and as whose client. */
export interface PoolConfig {
  /** Cognito's JSON endpoint, or the path under which the laptop's front passes it on. */
  sign_in: string;
  client_id: string;
}

export interface Config {
  care: PoolConfig;
  research: PoolConfig;
}

/** Whether the portal's own server answers. */
export async function isReachable(): Promise<boolean> {
  const answer = await fetch("/config.json", { cache: "no-store" }).catch(() => undefined);
  return answer?.ok === true;
}

let config: Promise<Config> | undefined;

async function read(): Promise<Config> {
  const answer = await fetch("/config.json").catch(() => undefined);
  if (!answer?.ok) throw new ConnectionError();
  return (await answer.json()) as Config;
}

/** `/config.json`, read once: it is the only thing that differs between environments. */
export function loadConfig(): Promise<Config> {
  config ??= read().catch((error: unknown) => {
    config = undefined;
    throw error;
  });
  return config;
}
