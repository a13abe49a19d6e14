import { Select, type SelectProps, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";

interface Chosen {
  code: string;
  display: string;
}

interface Props extends Omit<SelectProps, "data" | "value" | "onChange"> {
  chosen: Chosen | null;
  onChoose: (chosen: Chosen | null) => void;
}

/** The fewest characters that the API looks for. */
const SHORTEST = 2;

const codesQuery = (query: string) =>
  queryOptions({
    queryKey: ["codes", "icd-10", query],
    queryFn: async ({ signal }) => (await answered(care.GET("/v1/codes/icd-10", { params: { query: { query } }, signal }))).items,
    enabled: query.length >= SHORTEST,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });

const labelOf = ({ code, display }: Chosen) => `${code} ${display}`;

/** A diagnosis of ICD-10, found by the beginning of its code or of words. */
export function CodeSelect({ chosen, onChoose, ...props }: Props) {
  const { t } = useTranslation("chart");
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed.trim(), 200);
  // What stands in the field is what was chosen, not a search for it.
  const codes = useQuery(codesQuery(chosen && query === labelOf(chosen) ? "" : query));
  const found = codes.data ?? [];
  const items = chosen && found.every(({ code }) => code !== chosen.code) ? [chosen, ...found] : found;
  const subdivided = new Set(found.filter(({ billable }) => !billable).map(({ code }) => code));
  const choose = (code: string | null) => onChoose(items.find((item) => item.code === code) ?? null);
  return (
    <Select
      data={items.map((item) => ({ value: item.code, label: labelOf(item) }))}
      renderOption={({ option }) => (
        <Text size="sm">
          {option.label}
          {subdivided.has(option.value) && (
            <Text span size="xs" c="dimmed">
              {" "}
              {t("fields.code-subdivided")}
            </Text>
          )}
        </Text>
      )}
      // The API has looked already.
      filter={({ options }) => options}
      nothingFoundMessage={query.length < SHORTEST ? undefined : t(codes.isFetching ? "fields.code-searching" : "fields.code-none")}
      searchable
      clearable
      value={chosen?.code ?? null}
      onChange={choose}
      onSearchChange={setTyped}
      {...props}
    />
  );
}
