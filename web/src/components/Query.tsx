import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Loading } from "./states";

interface Props<T> {
  query: UseQueryResult<T>;
  /** In place of the usual skeleton. */
  loading?: ReactNode;
  /** Whether there is nothing, and what is shown then. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

/** A query in each of its states: skeleton, failure with retry, nothing there, data. */
export function Query<T>({ query, loading, isEmpty, empty, children }: Props<T>) {
  if (query.data !== undefined) return isEmpty?.(query.data) ? empty : children(query.data);
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return loading ?? <Loading />;
}
