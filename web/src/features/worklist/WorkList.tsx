import { Group, Select, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { practitionerQuery } from "@/api/practitioners";
import { type Move, workListQuery } from "@/api/workList";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { type View, VisitPanel } from "@/components/visits/VisitPanel";
import { Entry } from "./Entry";

/** The visits that no longer fit their practitioner's hours, and what can be done about each. */
export function WorkList() {
  const { t } = useTranslation("worklist");
  const moves = useQuery(workListQuery);
  return (
    <Page title={t("title")} description={t("text")}>
      <Query query={moves} isEmpty={(all) => all.length === 0} empty={<Empty icon={IconCircleCheck} title={t("nothing")} text={t("nothing-hint")} />}>
        {(all) => <Moves moves={all} />}
      </Query>
    </Page>
  );
}

function Moves({ moves }: { moves: Move[] }) {
  const { t } = useTranslation("worklist");
  const [practitionerId, setPractitionerId] = useState<string | null>(null);
  const [open, setOpen] = useState<{ appointmentId: string; view: View }>();
  const ids = [...new Set(moves.map(({ practitioner_id }) => practitioner_id))];
  const people = useQueries({ queries: ids.map((id) => practitionerQuery(id)) });
  const choices = people.flatMap(({ data }) => (data ? [{ value: data.practitioner_id, label: data.display_name }] : []));
  const list = moves.filter((move) => practitionerId === null || move.practitioner_id === practitionerId);
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed" aria-live="polite">
          {t("count", { count: list.length })}
        </Text>
        <Select
          aria-label={t("practitioner")}
          placeholder={t("all-practitioners")}
          data={choices}
          value={practitionerId}
          onChange={setPractitionerId}
          clearable
          clearButtonProps={{ "aria-label": t("all-practitioners") }}
          searchable
          w={240}
        />
      </Group>
      {list.map((move) => (
        <Entry key={move.appointment_id} move={move} onOpen={(view) => setOpen({ appointmentId: move.appointment_id, view })} />
      ))}
      <VisitPanel appointmentId={open?.appointmentId} view={open?.view ?? "details"} onClose={() => setOpen(undefined)} />
    </Stack>
  );
}
