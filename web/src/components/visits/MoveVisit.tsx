import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useMutation, queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { availabilityQuery, type Visit } from "@/api/visits";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { practitionerQuery } from "@/api/practitioners";
import type { Specialty } from "@/api/specialties";
import { Query } from "../Query";
import { type Slot, SlotPicker } from "../SlotPicker";
import { addDays, dayOf } from "../time";
import { VisitTime } from "../VisitTime";
import { atVersion, useVisitChanged } from "./change";
import { Refusal } from "./Refusal";

/** Whom a patient of that specialty could see as well. */
const colleaguesQuery = (specialty: Specialty) =>
  queryOptions({
    queryKey: ["practitioners", "colleagues", specialty],
    queryFn: ({ signal }) => answered(care.GET("/v1/practitioners", { params: { query: { specialty, limit: 100 } }, signal })),
    staleTime: 5 * 60_000,
  });

interface Props {
  visit: Visit;
  onDone: (visit: Visit) => void;
  onBack: () => void;
  onReload: () => void;
}

/** Moves a visit to another time, with the same practitioner or one of the same specialty. It keeps its old time until then. */
export function MoveVisit({ visit, onDone, onBack, onReload }: Props) {
  const { t } = useTranslation("visit");
  const changed = useVisitChanged();
  const today = dayOf(new Date(), visit.time_zone);
  const day = dayOf(visit.start, visit.time_zone);
  const [from, setFrom] = useState(day > today ? day : today);
  const [practitionerId, setPractitionerId] = useState(visit.practitioner_id);
  const [chosen, setChosen] = useState<Slot>();
  const own = useQuery(practitionerQuery(visit.practitioner_id));
  const colleagues = useQuery({ ...colleaguesQuery(own.data?.specialties[0] ?? "general-practice"), enabled: own.data !== undefined });
  const availability = useQuery(availabilityQuery(practitionerId, from, addDays(from, 6)));
  const move = useMutation({
    mutationFn: (slot: Slot) =>
      answered(
        care.POST("/v1/appointments/{appointment_id}/reschedule", {
          params: atVersion(visit),
          body: { start: slot.start, ...(practitionerId === visit.practitioner_id ? {} : { practitioner_id: practitionerId }) },
        }),
      ),
    onSuccess: (moved) => {
      changed(moved);
      onDone(moved);
    },
    // Somebody was quicker, or the hours have changed: what is on the screen is old.
    onError: () => void availability.refetch(),
  });
  const choose = (slot: Slot) => {
    setChosen(slot);
    move.reset();
  };
  const people = [own.data, ...(colleagues.data?.items ?? [])].flatMap((person) => (person ? [{ value: person.practitioner_id, label: person.display_name }] : []));
  const names = people.filter(({ value }, at) => people.findIndex((other) => other.value === value) === at);
  return (
    <Stack>
      <Select
        label={t("move.with")}
        data={names}
        value={practitionerId}
        allowDeselect={false}
        searchable
        onChange={(id) => {
          setPractitionerId(id ?? visit.practitioner_id);
          setChosen(undefined);
          move.reset();
        }}
      />
      <Query query={availability} loading={<SlotPicker slots={undefined} zone={visit.time_zone} from={from} onFrom={setFrom} earliest={today} onSelect={choose} />}>
        {({ slots, time_zone: zone }) => (
          <SlotPicker slots={slots} zone={zone} from={from} onFrom={setFrom} earliest={today} selected={chosen?.start} onSelect={choose} busy={move.isPending} />
        )}
      </Query>
      {move.isError && <Refusal error={move.error} zone={visit.time_zone} onChoose={choose} onReload={onReload} />}
      {chosen && (
        <Text component="div" aria-live="polite">
          {t("move.to")} <VisitTime start={chosen.start} end={chosen.end} zone={availability.data?.time_zone ?? visit.time_zone} />
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          {t("move.back")}
        </Button>
        <Button disabled={!chosen} loading={move.isPending} onClick={() => chosen && move.mutate(chosen)}>
          {t("move.submit")}
        </Button>
      </Group>
    </Stack>
  );
}
