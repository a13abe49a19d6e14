import { infiniteQueryOptions, keepPreviousData, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { NOBODY, type PersonValues } from "@/components/person/person";

/** The fewest characters that the API looks for. */
export const SHORTEST = 2;

/** Patients who are meant by what somebody typed; with `review`, only those who may be registered twice. */
export const searchQuery = (text: string, review: boolean) =>
  infiniteQueryOptions({
    queryKey: ["patients", "search", text, review],
    queryFn: ({ pageParam, signal }) =>
      answered(
        care.GET("/v1/patients", {
          params: {
            query: { limit: 20, ...(text ? { query: text } : {}), ...(review ? { possible_duplicate: "true" as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    enabled: review || text.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });

const TEXT = ["patients", "searched"];

/** What was typed last. It is personal: it stays in memory, and is gone with the session. */
export function useSearched(): [string, (text: string) => void] {
  const queryClient = useQueryClient();
  const [text, setText] = useState(() => queryClient.getQueryData<string>(TEXT) ?? "");
  const keep = (typed: string) => {
    setText(typed);
    queryClient.setQueryData(TEXT, typed);
  };
  return [text, keep];
}

/** The search text as the beginning of a registration: words are names, the last one the family's, and a date is that of birth. */
export function personIn(text: string): PersonValues {
  const parts = text.trim().split(/\s+/).filter(Boolean);
  const birthDate = parts.find((part) => /^\d{4}-\d{2}-\d{2}$/.test(part)) ?? "";
  const email = parts.find((part) => part.includes("@")) ?? "";
  const names = parts.filter((part) => /^[\p{L}'’.-]+$/u.test(part));
  const phone = parts.filter((part) => part !== birthDate && /^[+()\d][\d()./-]*$/.test(part)).join(" ");
  return {
    ...NOBODY,
    given_name: names.slice(0, -1).join(" "),
    family_name: names.at(-1) ?? "",
    birth_date: birthDate,
    email,
    phone,
  };
}
