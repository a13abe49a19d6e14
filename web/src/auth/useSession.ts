import { useSyncExternalStore } from "react";
import type { Session, State } from "./session";

export function useSession(session: Session): State {
  return useSyncExternalStore(session.subscribe, session.current);
}
