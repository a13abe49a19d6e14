import { Button, Card, Drawer, Group, Stack, Tabs } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { useMe } from "@/api/me";
import { patientQuery } from "@/api/patients";
import { problemOf } from "@/api/problems";
import { type Entry, newestQuery, recordKey } from "@/api/record";
import { confirm } from "@/components/confirm";
import { Documents } from "@/components/documents/Documents";
import { BreakGlass } from "@/components/emergency/BreakGlass";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Timeline } from "@/components/record/Timeline";
import { Loading } from "@/components/states";
import classes from "./Chart.module.css";
import { PatientBanner } from "./PatientBanner";
import { mayCorrect } from "./rights";
import { type View, VIEWS } from "./routes";
import type { Task } from "./task";
import { Workspace } from "./Workspace";

const Trends = lazy(() => import("./Trends"));
const route = getRouteApi("/care/patients/$patientId/chart");

/** A patient's record, as those who treat them read and write it. Clinicians who do not may break the glass. */
export function Chart() {
  const { t } = useTranslation("chart");
  const { t: emergency } = useTranslation("emergency");
  const { patientId } = route.useParams();
  const me = useMe();
  const queryClient = useQueryClient();
  const patient = useQuery(patientQuery(patientId));
  const refresh = () => {
    void patient.refetch();
    void queryClient.invalidateQueries({ queryKey: recordKey(patientId) });
  };
  if (problemOf(patient.error, "forbidden") && me.can("BeginEmergencyAccess"))
    return (
      <Page title={emergency("break.title")} width="text">
        <BreakGlass key={patientId} patientId={patientId} onOpened={refresh} />
      </Page>
    );
  return (
    <Page title={t("title")} width="full">
      <Query query={patient}>{(data) => <Present key={patientId} patient={data} onEnd={refresh} />}</Query>
    </Page>
  );
}

/** `onEnd`: what showed the patient because of an emergency is over. */
function Present({ patient, onEnd }: { patient: Schema<"PatientAnswer">; onEnd: () => void }) {
  const { t } = useTranslation("chart");
  const { visit } = route.useSearch();
  const patientId = patient.patient_id;
  const beside = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const [drawer, { open, close }] = useDisclosure();
  const [task, setTask] = useState<Task | null>(null);
  const [unsaved, setUnsaved] = useState(false);
  const mayLeave = () => confirm({ title: t("unsaved.title"), text: t("unsaved.text"), confirm: t("unsaved.discard"), danger: true });

  useBlocker({
    // Filters and views change the address too, and lose nothing.
    shouldBlockFn: async ({ current, next }) => unsaved && next.pathname !== current.pathname && !(await mayLeave()),
    enableBeforeUnload: () => unsaved,
  });

  const begin = async (next: Task | null) => {
    if (unsaved && !(await mayLeave())) return;
    setUnsaved(false);
    setTask(next);
    if (next) open();
  };
  const leave = async () => {
    if (unsaved && !(await mayLeave())) return;
    setUnsaved(false);
    setTask(null);
    close();
  };
  const done = () => {
    setTask(null);
    close();
  };
  const workspace = <Workspace patientId={patientId} visit={visit} task={task} onTask={(next) => void begin(next)} onDone={done} onUnsaved={setUnsaved} />;
  return (
    <Stack gap="md">
      <PatientBanner patient={patient} onEnd={onEnd} />
      <div className={classes.workspace}>
        <Reading patientId={patientId} onTask={(next) => void begin(next)} />
        {beside ? (
          <Card component="aside" aria-label={t("write.title")} className={classes.panel}>
            {workspace}
          </Card>
        ) : (
          <>
            <Group justify="flex-end" className={classes.write}>
              <Button leftSection={<IconPencil size={18} stroke={1.5} />} onClick={open}>
                {t("write.open")}
              </Button>
            </Group>
            <Drawer opened={drawer} onClose={() => void leave()} position="right" size="100%" title={t("write.title")} closeButtonProps={{ "aria-label": t("write.close") }}>
              {workspace}
            </Drawer>
          </>
        )}
      </div>
    </Stack>
  );
}

function Reading({ patientId, onTask }: { patientId: string; onTask: (task: Task) => void }) {
  const { t } = useTranslation("chart");
  const { view = "timeline", kind } = route.useSearch();
  const navigate = route.useNavigate();
  const me = useMe();
  const encounters = useQuery(newestQuery(patientId, "encounter"));
  const actions = (entry: Entry) =>
    entry.kind !== "encounter" &&
    mayCorrect(me, entry, encounters.data ?? []) &&
    (["correct", "retract"] as const).map((act) => (
      <Button key={act} variant="subtle" size="compact-sm" {...(act === "retract" ? { color: "gray" } : {})} onClick={() => onTask({ act, entry })}>
        {t(`write.${act}`)}
      </Button>
    ));
  return (
    <Tabs value={view} onChange={(chosen) => void navigate({ search: (search) => ({ ...search, view: chosen as View }), replace: true })} keepMounted={false} miw={0}>
      <Tabs.List mb="md">
        {VIEWS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`view.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="timeline">
        <Timeline patientId={patientId} kind={kind} onKind={(chosen) => void navigate({ search: (search) => ({ ...search, kind: chosen }), replace: true })} actions={actions} />
      </Tabs.Panel>
      <Tabs.Panel value="documents">
        <Documents patientId={patientId} />
      </Tabs.Panel>
      <Tabs.Panel value="trends">
        <Suspense fallback={<Loading />}>
          <Trends patientId={patientId} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
