import { useQuery } from "@tanstack/react-query";
import { authorizedFetch } from "./http";
import { sessions } from "@/auth/session";

export interface PatientName {
  patient_id: string;
  display_name: string;
  given_name: string;
  family_name: string;
  birth_date: string;
}

/** What the API takes in one request. */
const MOST = 100;

const send = authorizedFetch(sessions.care);
let waiting = new Map<string, ((name: PatientName | null) => void)[]>();

/** A patient's name, or null where the reader may not know it. All that a page asks for goes in one request. */
export function usePatientName(patientId: string) {
  return useQuery({
    queryKey: ["patient-name", patientId],
    queryFn: () => new Promise<PatientName | null>((resolve) => enqueue(patientId, resolve)),
    staleTime: 5 * 60_000,
  });
}

function enqueue(patientId: string, resolve: (name: PatientName | null) => void): void {
  if (waiting.size === 0) setTimeout(() => void flush(), 10);
  waiting.set(patientId, [...(waiting.get(patientId) ?? []), resolve]);
}

async function flush(): Promise<void> {
  const batch = [...waiting];
  waiting = new Map();
  for (let at = 0; at < batch.length; at += MOST) {
    const part = batch.slice(at, at + MOST);
    const names = await namesOf(part.map(([id]) => id));
    for (const [id, resolves] of part) for (const resolve of resolves) resolve(names.get(id) ?? null);
  }
}

async function namesOf(ids: string[]): Promise<Map<string, PatientName>> {
  try {
    const answer = await send(new Request(`/api/care/v1/patient-names?ids=${ids.join(",")}`));
    if (!answer.ok) return new Map();
    const { items } = (await answer.json()) as { items: PatientName[] };
    return new Map(items.map((name) => [name.patient_id, name]));
  } catch {
    return new Map();
  }
}
