import { useState } from "react";
import { useSignInProblems } from "./useSignInProblems";

/** One attempt at a time at something that the user pool decides, and what became of it. */
export function useSubmit<Args extends unknown[]>(action: (...args: Args) => Promise<void>) {
  const problems = useSignInProblems();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async (...args: Args) => {
    setBusy(true);
    setError(undefined);
    try {
      await action(...args);
    } catch (failure) {
      setError(problems(failure));
    } finally {
      setBusy(false);
    }
  };
  return { submit, busy, error };
}
