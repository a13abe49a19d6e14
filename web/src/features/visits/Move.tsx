import { Button, Card, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/api/problems";
import { type Visit, visitQuery, visitsChanged } from "@/api/visits";
import { ChosenTime } from "@/components/booking/ChosenTime";
import type { Chosen } from "@/components/booking/flow";
import { Refused } from "@/components/booking/Refused";
import { SlotWeek } from "@/components/booking/SlotWeek";
import { ForWhom } from "@/components/ForWhom";
import { LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { Query } from "@/components/Query";
import { Empty, Failure } from "@/components/states";
import { dayOf } from "@/components/time";
import { VisitTime } from "@/components/VisitTime";
import { useMove } from "./changes";

/** Another time for a visit. */
export function Move() {
  const { t } = useTranslation("visits");
  const { appointmentId } = useParams({ from: "/care/visits/$appointmentId/move" });
  const visit = useQuery({ ...visitQuery(appointmentId), staleTime: 0 });
  return (
    <Page title={t("move.title")} description={t("move.text")}>
      <Query query={visit}>
        {(found) =>
          found.status === "booked" ? (
            <Picker visit={found} />
          ) : (
            <Empty
              title={t("move.impossible")}
              action={
                <LinkButton to="/visits/$appointmentId" params={{ appointmentId }}>
                  {t("move.see")}
                </LinkButton>
              }
            />
          )
        }
      </Query>
    </Page>
  );
}

function Picker({ visit }: { visit: Visit }) {
  const { t } = useTranslation("visits");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const move = useMove(visit);
  const [chosen, setChosen] = useState<Chosen>();
  const moving = useMutation({
    mutationFn: ({ start }: Chosen) => move(start),
    onSuccess: async () => {
      notifyDone(t("move.done"));
      await navigate({ to: "/visits/$appointmentId", params: { appointmentId: visit.appointment_id }, replace: true });
    },
    onError: (error) => {
      visitsChanged(queryClient);
      if (refusalOf(error)) setChosen(undefined);
    },
  });

  const choose = (slot: Chosen) => {
    moving.reset();
    setChosen(slot);
  };
  const refusal = moving.isError ? refusalOf(moving.error) : undefined;
  return (
    <Stack gap="lg">
      <Card component="section" aria-label={t("move.old")}>
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {t("move.old")}
          </Text>
          <div>
            <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
          </div>
          <Text size="sm">
            <PractitionerName practitionerId={visit.practitioner_id} />
          </Text>
          <ForWhom patientId={visit.patient_id} />
        </Stack>
      </Card>
      {refusal && <Refused refusal={{ ...refusal, wanted: moving.variables ?? visit }} patientId={visit.patient_id} zone={visit.time_zone} onChoose={choose} />}
      {chosen ? (
        <ChosenTime title={t("move.new")} slot={chosen} zone={visit.time_zone}>
          <Failure error={moving.error} />
          <Group justify="space-between" wrap="wrap-reverse">
            <Button variant="subtle" color="gray" onClick={() => setChosen(undefined)} disabled={moving.isPending}>
              {t("move.another")}
            </Button>
            <Button size="md" loading={moving.isPending} onClick={() => moving.mutate(chosen)}>
              {t("move.submit")}
            </Button>
          </Group>
        </ChosenTime>
      ) : (
        <>
          <SlotWeek practitionerId={visit.practitioner_id} startAt={dayOf(visit.start, visit.time_zone)} onSelect={choose} />
          <Group>
            <LinkButton to="/visits/$appointmentId" params={{ appointmentId: visit.appointment_id }} variant="default">
              {t("move.keep")}
            </LinkButton>
          </Group>
        </>
      )}
    </Stack>
  );
}

/** What is said among the free times; anything else is said where it was asked for. */
function refusalOf(error: unknown) {
  const taken = problemOf(error, "slot-taken");
  if (taken) return { kind: "taken", conflicts: taken.conflicts, alternatives: taken.alternatives } as const;
  return problemOf(error, "not-bookable") && ({ kind: "not-bookable" } as const);
}
