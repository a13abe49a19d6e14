import { ActionIcon, Button, Chip, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconChevronLeft, IconChevronRight, IconSearch } from "@tabler/icons-react";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type BoardVisit, boardQuery } from "@/api/board";
import { useMe } from "@/api/me";
import { patientNameQuery } from "@/api/names";
import { departmentsQuery, practitionerQuery } from "@/api/practitioners";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty, Loading } from "@/components/states";
import { addDays, dayOf, formatDate, ownZone } from "@/components/time";
import { VisitPanel } from "@/components/visits/VisitPanel";
import { ZoneName } from "@/components/VisitTime";
import classes from "./Board.module.css";
import { keepDepartment, keptDepartment } from "./department";
import { countsOf, type Filter, shown, STATUSES } from "./filter";
import { Row } from "./Row";

/** A department's day: who comes when to whom, and who is there. */
export function Board() {
  const { t, i18n } = useTranslation("board");
  const search = useSearch({ from: "/care/board" });
  const navigate = useNavigate({ from: "/board" });
  const departments = useQuery(departmentsQuery);
  const today = dayOf(new Date(), ownZone());
  const day = search.day ?? today;
  const chosen = search.department ?? keptDepartment();
  const department = departments.data?.find(({ department_id: id }) => id === chosen) ?? departments.data?.[0];

  const goTo = (to: string | null) => void navigate({ search: (old) => ({ ...old, day: to === today || to === null ? undefined : to }), replace: true });
  const choose = (id: string | null) => {
    if (id === null) return;
    keepDepartment(id);
    void navigate({ search: (old) => ({ ...old, department: id }), replace: true });
  };

  return (
    <Page title={t("title")} width="full">
      <Group align="flex-end" gap="sm">
        <Select
          label={t("department")}
          data={(departments.data ?? []).map(({ department_id, name }) => ({ value: department_id, label: name }))}
          value={department?.department_id ?? null}
          onChange={choose}
          allowDeselect={false}
          searchable
          w={{ base: "100%", xs: 260 }}
        />
        <Group gap={4} wrap="nowrap" align="flex-end">
          <ActionIcon variant="default" size={36} aria-label={t("day-before")} onClick={() => goTo(addDays(day, -1))}>
            <IconChevronLeft size={18} />
          </ActionIcon>
          <DatePickerInput
            label={t("day")}
            value={day}
            onChange={goTo}
            valueFormatter={({ date }) => formatDate(String(date), i18n.language, { weekday: "short", day: "numeric", month: "short", year: "numeric" })}
            w={190}
          />
          <ActionIcon variant="default" size={36} aria-label={t("day-after")} onClick={() => goTo(addDays(day, 1))}>
            <IconChevronRight size={18} />
          </ActionIcon>
          <Button variant="default" onClick={() => goTo(today)} disabled={day === today}>
            {t("today")}
          </Button>
        </Group>
      </Group>
      {department ? (
        <Day key={`${department.department_id} ${day}`} departmentId={department.department_id} day={day} />
      ) : (
        <Query query={departments} isEmpty={(all) => all.length === 0} empty={<Empty title={t("no-department")} />}>
          {() => <Loading />}
        </Query>
      )}
    </Page>
  );
}

function Day({ departmentId, day }: { departmentId: string; day: string }) {
  const { t } = useTranslation("board");
  const queryClient = useQueryClient();
  const board = useQuery(boardQuery(queryClient, departmentId, day));
  return (
    <Query query={board} loading={<Loading rows={6} height={60} />} isEmpty={(visits) => visits.length === 0} empty={<Empty title={t("nothing")} text={t("nothing-hint")} />}>
      {(visits) => <Visits visits={visits} stale={board.isError} />}
    </Query>
  );
}

function Visits({ visits, stale }: { visits: BoardVisit[]; stale: boolean }) {
  const { t } = useTranslation("board");
  const { t: words } = useTranslation("visit");
  const me = useMe();
  const [filter, setFilter] = useState<Filter>({ statuses: [], practitionerId: null, name: "" });
  const [open, setOpen] = useState<string>();
  const names = useNames(visits);
  const practitioners = usePractitioners(visits);
  const counts = countsOf(visits);
  const list = shown(visits, filter, names);
  const zone = visits[0]?.time_zone ?? ownZone();
  return (
    <Stack>
      <Group gap="sm">
        <Chip.Group multiple value={filter.statuses} onChange={(statuses) => setFilter({ ...filter, statuses })}>
          <Group gap={6} role="group" aria-label={t("by-status")}>
            {STATUSES.map((status) => (
              <Chip key={status} value={status} size="sm" variant="light">
                {words(`status.${status}`)} {counts[status]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Select
          aria-label={t("practitioner")}
          placeholder={t("all-practitioners")}
          data={practitioners}
          value={filter.practitionerId}
          onChange={(practitionerId) => setFilter({ ...filter, practitionerId })}
          clearable
          clearButtonProps={{ "aria-label": t("all-practitioners") }}
          searchable
          w={230}
        />
        {me.can("SearchPatients") && (
          <TextInput
            aria-label={t("by-name")}
            placeholder={t("by-name")}
            leftSection={<IconSearch size={16} stroke={1.5} />}
            value={filter.name}
            onChange={({ currentTarget }) => setFilter({ ...filter, name: currentTarget.value })}
            w={210}
          />
        )}
      </Group>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" aria-live="polite">
          {t("count", { count: list.length })} · <ZoneName zone={zone} at={visits[0]?.start ?? new Date().toISOString()} />
        </Text>
        {stale && (
          <Text size="sm" c="red" role="status">
            {t("stale")}
          </Text>
        )}
      </Group>
      <ul className={classes.visits} aria-label={t("visits")}>
        {list.map((visit) => (
          <Row key={visit.appointment_id} visit={visit} onOpen={setOpen} />
        ))}
      </ul>
      <VisitPanel appointmentId={open} onClose={() => setOpen(undefined)} />
    </Stack>
  );
}

/** The names of a board's patients, as far as the reader may know them; the rows ask for the same. */
function useNames(visits: BoardVisit[]): (patientId: string) => string | undefined {
  const ids = [...new Set(visits.map(({ patient_id }) => patient_id))];
  const names = new Map(useQueries({ queries: ids.map((id) => patientNameQuery(id)) }).map(({ data }) => [data?.patient_id, data?.display_name]));
  return (patientId) => names.get(patientId);
}

function usePractitioners(visits: BoardVisit[]): { value: string; label: string }[] {
  const ids = [...new Set(visits.map(({ practitioner_id }) => practitioner_id))];
  const found = useQueries({ queries: ids.map((id) => practitionerQuery(id)) });
  return found.flatMap(({ data }) => (data ? [{ value: data.practitioner_id, label: data.display_name }] : [])).sort((one, other) => one.label.localeCompare(other.label));
}
