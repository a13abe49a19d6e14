import { Select, type SelectProps } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { practitionerQuery, practitionersQuery } from "@/api/practitioners";

interface Props extends Omit<SelectProps, "data" | "value" | "onChange"> {
  value: string | undefined;
  onChange: (practitionerId: string | undefined) => void;
}

/** One practitioner, found by the beginning of a name. */
export function PractitionerSelect({ value, onChange, ...props }: Props) {
  const [text, setText] = useState("");
  const [query] = useDebouncedValue(text.trim(), 200);
  const chosen = useQuery({ ...practitionerQuery(value ?? ""), enabled: value !== undefined });
  const name = chosen.data?.display_name;
  // What stands in the field is the name of who was chosen, not a search for it.
  const found = useInfiniteQuery({ ...practitionersQuery({ query: query === name ? "" : query }), placeholderData: keepPreviousData });
  const people = [...(value !== undefined && chosen.data ? [chosen.data] : []), ...(found.data?.pages.flatMap(({ items }) => items) ?? [])];
  const data = people.filter(({ practitioner_id: id }, at) => people.findIndex((other) => other.practitioner_id === id) === at);
  return (
    <Select
      data={data.map(({ practitioner_id, display_name }) => ({ value: practitioner_id, label: display_name }))}
      // The API has looked already, by beginnings of names in any order.
      filter={({ options }) => options}
      searchable
      clearable
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={setText}
      {...props}
    />
  );
}
