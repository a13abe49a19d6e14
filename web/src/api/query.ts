import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "./problems";

/** Keys by feature and thing, so that a change can name what it makes stale: `queryClient.invalidateQueries({queryKey: ["appointments"]})`. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // The connection's own retries are the fetch's; a refusal is an answer.
      retry: (count, error) => !(error instanceof ProblemError) && count < 1,
    },
    mutations: { retry: false },
  },
});
