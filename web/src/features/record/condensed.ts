import type { Schema } from "@/api/care";

type Disclosure = Schema<"DisclosureOut">;

export interface Repeated {
  disclosure: Disclosure;
  times: number;
}

const HOUR = 3600_000;

/** Disclosures, newest first, with what the same person did again within an hour told once: a look at a record is many calls. */
export function condensed(disclosures: readonly Disclosure[]): Repeated[] {
  const told: Repeated[] = [];
  const last = new Map<string, Repeated>();
  for (const disclosure of disclosures) {
    const { at, own, action, practitioner_id, roles, because, outcome } = disclosure;
    const key = JSON.stringify([own, action, practitioner_id, roles, because, outcome]);
    const known = last.get(key);
    if (known && Date.parse(known.disclosure.at) - Date.parse(at) < HOUR) known.times += 1;
    else {
      const repeated = { disclosure, times: 1 };
      last.set(key, repeated);
      told.push(repeated);
    }
  }
  return told;
}
