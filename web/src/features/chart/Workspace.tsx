import { Button, CloseButton, Group, Stack, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { encounterQuery, type Entry, newestQuery, recordKey, type Written } from "@/api/record";
import { notifyDone } from "@/components/notify";
import { Query } from "@/components/Query";
import { ReasonForm } from "@/components/ReasonForm";
import { EntryContent } from "@/components/record/EntryContent";
import { KIND_ICONS } from "@/components/record/kinds";
import { Failure, Loading } from "@/components/states";
import { EncounterCard } from "./EncounterCard";
import { FormOf } from "./forms/FormOf";
import { Receive } from "./Receive";
import { IN_ENCOUNTER, OF_PATIENT, presentEncounter, takesPart } from "./rights";
import type { Task } from "./task";

interface Props {
  patientId: string;
  /** The visit for which the chart was opened. */
  visit: string | undefined;
  task: Task | null;
  /** Asked to do something else; it may be refused while something is not saved. */
  onTask: (task: Task | null) => void;
  onDone: () => void;
  onUnsaved: (unsaved: boolean) => void;
}

/** Where a chart is written: the encounter, what can be recorded, and the form that is open. */
export function Workspace({ patientId, visit, task, onTask, onDone, onUnsaved }: Props) {
  const me = useMe();
  const encounters = useQuery(newestQuery(patientId, "encounter"));
  const present = encounters.data && presentEncounter(me, encounters.data);
  const encounter = useQuery({ ...encounterQuery(patientId, present?.entry_id ?? ""), enabled: present !== undefined });
  const met = encounters.data?.some(({ content }) => content.appointment_id === visit);
  const underWay = encounter.data?.status === "in-progress" && takesPart(me, encounter.data) ? encounter.data : undefined;
  return (
    <Query query={encounters}>
      {() => (
        <Stack gap="lg">
          {present ? <Query query={encounter}>{(data) => <EncounterCard key={data.encounter_id} encounter={data} />}</Query> : me.can("OpenEncounter") && <Receive patientId={patientId} visit={met ? undefined : visit} />}
          {task ? (
            <Doing key={task.act === "write" ? task.kind : `${task.act} ${task.entry.entry_id}`} task={task} place={{ patientId, encounterId: underWay?.encounter_id }} onTask={onTask} onDone={onDone} onUnsaved={onUnsaved} />
          ) : encounter.isLoading ? (
            <Loading rows={1} />
          ) : (
            <Choices open={underWay !== undefined} onTask={onTask} />
          )}
        </Stack>
      )}
    </Query>
  );
}

/** What can be written now. */
function Choices({ open, onTask }: { open: boolean; onTask: (task: Task) => void }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const me = useMe();
  const groups = [
    { title: t("write.in-encounter"), kinds: open ? IN_ENCOUNTER : {} },
    { title: t("write.of-patient"), kinds: OF_PATIENT },
  ];
  return groups.map(({ title, kinds }) => {
    const possible = (Object.entries(kinds) as [Written, string][]).filter(([, action]) => me.can(action));
    if (possible.length === 0) return null;
    return (
      <Stack key={title} gap="xs" component="section" aria-label={title}>
        <Title order={3}>{title}</Title>
        <Group gap="xs">
          {possible.map(([kind]) => {
            const Icon = KIND_ICONS[kind];
            return (
              <Button key={kind} variant="light" leftSection={<Icon size={18} stroke={1.5} />} onClick={() => onTask({ act: "write", kind })}>
                {record(`kind.${kind}`)}
              </Button>
            );
          })}
        </Group>
      </Stack>
    );
  });
}

type DoingProps = Pick<Props, "onTask" | "onDone" | "onUnsaved"> & { task: Task; place: { patientId: string; encounterId: string | undefined } };

function Doing({ task, place, onTask, onDone, onUnsaved }: DoingProps) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const kind = task.act === "write" ? task.kind : task.entry.kind;
  const name = record(`kind.${kind}`);
  const title = { write: name, correct: t("write.correct-title", { kind: name }), retract: t("write.retract-title", { kind: name }) }[task.act];
  return (
    <Stack gap="sm" component="section" aria-label={title}>
      <Group justify="space-between" wrap="nowrap">
        <Title order={3}>{title}</Title>
        <CloseButton aria-label={t("write.close")} onClick={() => onTask(null)} />
      </Group>
      {task.act === "retract" ? (
        <Retract entry={task.entry} onDone={onDone} />
      ) : (
        <FormOf kind={kind} place={place} entry={task.act === "correct" ? task.entry : undefined} onUnsaved={onUnsaved} onDone={onDone} />
      )}
    </Stack>
  );
}

function Retract({ entry, onDone }: { entry: Entry<Written>; onDone: () => void }) {
  const { t } = useTranslation("chart");
  const queryClient = useQueryClient();
  const retract = useMutation({
    mutationFn: (reason: string) =>
      answered(
        care.POST("/v1/records/{entry_id}/entered-in-error", { params: { path: { entry_id: entry.entry_id }, header: { "If-Match": `"${entry.version}"` } }, body: { reason } }),
      ),
    onSuccess: () => {
      notifyDone(t("write.retracted"));
      void queryClient.invalidateQueries({ queryKey: recordKey(entry.patient_id) });
      onDone();
    },
    onError: () => queryClient.invalidateQueries({ queryKey: recordKey(entry.patient_id) }),
  });
  return (
    <>
      <EntryContent entry={entry} />
      <ReasonForm label={t("write.why-retract")} missing={t("write.why-missing")} submit={t("write.retract")} danger busy={retract.isPending} onSubmit={(reason) => retract.mutate(reason)}>
        <Failure error={retract.error} />
      </ReasonForm>
    </>
  );
}
