import { SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery, practitionersQuery } from "@/api/practitioners";
import { useActingFor } from "@/app/acting";
import { ForWhom } from "@/components/ForWhom";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { PractitionerCard } from "@/components/PractitionerCard";
import { Query } from "@/components/Query";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { Empty } from "@/components/states";
import { FirstFree } from "./FirstFree";
import { FreeTimes } from "./FreeTimes";
import type { Search } from "./routes";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The name that somebody looks for; kept with the page, so that coming back to it finds it again. */
    name?: string;
  }
}

const VIEWS = ["doctors", "first-free"] as const;

/** Find a doctor by name, specialty and department, or whoever is free first. */
export function Find() {
  const { t } = useTranslation("find");
  const { patientId, isSelf } = useActingFor();
  const search = useSearch({ from: "/care/find" });
  const navigate = useNavigate();
  const kept = useLocation({ select: ({ state }) => state.name ?? "" });
  const [name, setName] = useState(kept);
  const [typed] = useDebouncedValue(name.trim(), 300);
  const departments = useQuery(departmentsQuery);
  const change = (changed: { [Name in keyof Search]: Search[Name] | undefined }, text = name) =>
    void navigate({ to: "/find", search: { ...search, ...changed }, state: (state) => ({ ...state, name: text }), replace: true });
  return (
    <Page title={t("title")} description={isSelf || patientId === null ? t("text") : <ForWhom patientId={patientId} />}>
      <SegmentedControl
        aria-label={t("view.label")}
        data={VIEWS.map((value) => ({ value, label: t(`view.${value}`) }))}
        value={search.view ?? "doctors"}
        onChange={(view) => change({ view: view === "first-free" ? view : undefined })}
        fullWidth
        maw="28rem"
      />
      <Stack role="search">
        {search.view === undefined && <TextInput
          label={t("name")}
          placeholder={t("name-hint")}
          leftSection={<IconSearch size={18} stroke={1.5} />}
          value={name}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value);
            change({}, currentTarget.value);
          }}
        />}
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <SpecialtySelect label={t("specialty")} placeholder={t("any")} clearable value={search.specialty} onChange={(specialty) => change({ specialty })} />
          <Select
            label={t("department")}
            placeholder={t("any")}
            data={(departments.data ?? []).map(({ department_id: value, name: label }) => ({ value, label }))}
            searchable
            clearable
            limit={50}
            value={search.department ?? null}
            onChange={(department) => change({ department: department ?? undefined })}
          />
        </SimpleGrid>
      </Stack>
      {search.view === "first-free" ? <FirstFree search={search} /> : <Doctors name={typed} search={search} />}
    </Page>
  );
}

function Doctors({ name, search }: { name: string; search: Search }) {
  const { t } = useTranslation("find");
  const query = useInfiniteQuery({
    ...practitionersQuery({ query: name, specialty: search.specialty, department_id: search.department }),
    placeholderData: keepPreviousData,
  });
  return (
    <Query
      query={query}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0) && !query.hasNextPage}
      empty={<Empty icon={IconUserSearch} title={t("nobody")} text={t("nobody-text")} />}
    >
      {({ pages }) => {
        const found = pages.flatMap(({ items }) => items).filter(({ active }) => active);
        return (
          <Stack>
            <Text size="sm" c="dimmed" role="status">
              {t(query.hasNextPage ? "found-more" : "found", { count: found.length })}
            </Text>
            <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ opacity: query.isPlaceholderData ? 0.5 : 1 }}>
              {found.map((practitioner) => (
                <PractitionerCard key={practitioner.practitioner_id} practitioner={practitioner}>
                  <FreeTimes practitionerId={practitioner.practitioner_id} name={practitioner.display_name} />
                </PractitionerCard>
              ))}
            </SimpleGrid>
            <More query={query} />
          </Stack>
        );
      }}
    </Query>
  );
}
