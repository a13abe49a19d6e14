import { Button, Divider, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { IconStethoscope } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Visit, visitQuery } from "@/api/visits";
import { useMe } from "@/api/me";
import { LinkAnchor, LinkButton } from "../links";
import { notifyDone } from "../notify";
import { PersonName } from "../PersonName";
import { Query } from "../Query";
import { VisitTime } from "../VisitTime";
import { CancelVisit } from "./CancelVisit";
import { useVisitStep } from "./change";
import { History } from "./History";
import { MoveVisit } from "./MoveVisit";
import { Refusal } from "./Refusal";
import { StatusBadge } from "./StatusBadge";
import { stepsOf } from "./steps";
import { useVisitPlace } from "./useVisitPlace";

export type View = "details" | "move" | "cancel";

interface Props {
  /** The visit that is open; undefined: none. */
  appointmentId: string | undefined;
  /** What is shown first. */
  view?: View;
  onClose: () => void;
}

/** A visit beside the page: who, when, why, what happened to it, and what can be done with it now. */
export function VisitPanel({ appointmentId, view, onClose }: Props) {
  const { t } = useTranslation("visit");
  const { t: common } = useTranslation();
  return (
    <Drawer
      opened={appointmentId !== undefined}
      onClose={onClose}
      position="right"
      size="xl"
      title={t("title")}
      closeButtonProps={{ "aria-label": common("close") }}
    >
      {appointmentId !== undefined && <VisitContent key={appointmentId} appointmentId={appointmentId} first={view ?? "details"} onClose={onClose} />}
    </Drawer>
  );
}

interface ContentProps {
  appointmentId: string;
  /** What is shown first. */
  first?: View;
  /** Hears what is shown: besides the details, something is being entered. */
  onView?: (view: View) => void;
  onClose: () => void;
}

/** All about a visit, for any place that has room for it. */
export function VisitContent({ appointmentId, first = "details", onView, onClose }: ContentProps) {
  const { t } = useTranslation("visit");
  const [view, show] = useState(first);
  const query = useQuery({ ...visitQuery(appointmentId), staleTime: 0, refetchInterval: 30_000 });
  const setView = (next: View) => {
    show(next);
    onView?.(next);
  };
  const reload = () => {
    setView("details");
    void query.refetch();
  };
  const done = (message: string) => {
    notifyDone(message);
    if (first === "details") setView("details");
    else onClose();
  };
  return (
    <Query query={query}>
      {(visit) => (
        <Stack gap="lg">
          <Facts visit={visit} />
          <Divider />
          {view === "move" && (
            <MoveVisit visit={visit} onDone={() => done(t("move.done"))} onBack={() => setView("details")} onReload={reload} />
          )}
          {view === "cancel" && (
            <CancelVisit visit={visit} onDone={() => done(t("cancel.done"))} onBack={() => setView("details")} onReload={reload} />
          )}
          {view === "details" && (
            <>
              <Steps visit={visit} onView={setView} onReload={reload} />
              <Past visit={visit} />
            </>
          )}
        </Stack>
      )}
    </Query>
  );
}

function Facts({ visit }: { visit: Visit }) {
  const { t } = useTranslation("visit");
  const me = useMe();
  const { doctor, place } = useVisitPlace(visit);
  const name = <PersonName patientId={visit.patient_id} birthDate />;
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Title order={2}>
          {me.can("SearchPatients") || me.can("BeginEmergencyAccess") ? (
            <LinkAnchor to="/patients/$patientId" params={{ patientId: visit.patient_id }} inherit>
              {name}
            </LinkAnchor>
          ) : (
            name
          )}
        </Title>
        <StatusBadge status={visit.status} />
      </Group>
      <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
      <Text>
        {doctor} · {place}
      </Text>
      {visit.reason && (
        <Text style={{ overflowWrap: "anywhere" }}>
          {t("reason")}: {visit.reason}
        </Text>
      )}
      {me.can("RecordNote") && (
        <Group>
          <LinkButton to="/patients/$patientId/chart" params={{ patientId: visit.patient_id }} search={{ visit: visit.appointment_id }} variant="light" leftSection={<IconStethoscope size={18} stroke={1.5} />}>
            {t("chart")}
          </LinkButton>
        </Group>
      )}
    </Stack>
  );
}

function Steps({ visit, onView, onReload }: { visit: Visit; onView: (view: View) => void; onReload: () => void }) {
  const { t } = useTranslation("visit");
  const me = useMe();
  const step = useVisitStep();
  const possible = stepsOf(visit, me.can, new Date());
  if (possible.length === 0) return <Text c="dimmed">{t("nothing-to-do")}</Text>;
  return (
    <Stack>
      {step.isError && <Refusal error={step.error} zone={visit.time_zone} onChoose={() => undefined} onReload={onReload} />}
      <Group gap="xs">
        {possible.map((name, at) =>
          name === "move" || name === "cancel" ? (
            <Button key={name} variant="default" c={name === "cancel" ? "red" : undefined} onClick={() => onView(name)}>
              {t(`step.${name}`)}
            </Button>
          ) : (
            <Button
              key={name}
              variant={at === 0 ? "filled" : "default"}
              loading={step.isPending && step.variables.step === name}
              disabled={step.isPending}
              onClick={() => step.mutate({ visit, step: name })}
            >
              {t(`step.${name}`)}
            </Button>
          ),
        )}
      </Group>
    </Stack>
  );
}

function Past({ visit }: { visit: Visit }) {
  const { t } = useTranslation("visit");
  return (
    <Stack gap="sm">
      <Title order={3}>{t("history")}</Title>
      <History visit={visit} name={(step) => t(`done.${step}`)} newestFirst />
    </Stack>
  );
}
