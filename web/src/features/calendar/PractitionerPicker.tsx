import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { practitionerQuery, practitionersQuery } from "@/api/practitioners";

/** Whose calendar is shown; found by the beginnings of a name. */
export function PractitionerPicker({ value, onChange }: { value: string | null; onChange: (practitionerId: string) => void }) {
  const { t } = useTranslation("calendar");
  const [typed, setTyped] = useState<string>();
  const [query] = useDebouncedValue(typed ?? "", 250);
  const chosen = useQuery({ ...practitionerQuery(value ?? ""), enabled: value !== null });
  const name = chosen.data?.display_name;
  const wanted = query === name ? "" : query;
  const found = useInfiniteQuery({ ...practitionersQuery({ query: wanted }), placeholderData: keepPreviousData });
  const people = new Map((found.data?.pages[0]?.items ?? []).map(({ practitioner_id: id, display_name: label, department_name: department }) => [id, { label, department }]));
  if (value && name && !people.has(value)) people.set(value, { label: name, department: chosen.data?.department_name ?? null });
  return (
    <Select
      aria-label={t("practitioner")}
      placeholder={t("practitioner")}
      searchable
      w={{ base: "100%", xs: 280 }}
      data={[...people].map(([id, { label }]) => ({ value: id, label }))}
      renderOption={({ option }) => [option.label, people.get(option.value)?.department].filter(Boolean).join(" · ")}
      // The names that came back match already, by beginnings of any word.
      filter={({ options }) => options}
      nothingFoundMessage={found.isPending ? t("searching") : t("nobody")}
      value={value}
      onChange={(id) => id && onChange(id)}
      searchValue={typed ?? name ?? ""}
      onSearchChange={setTyped}
      onBlur={() => setTyped(undefined)}
      allowDeselect={false}
    />
  );
}
