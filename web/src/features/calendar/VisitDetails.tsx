import { Alert, Button, Divider, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconDoor, IconMessage, IconUser, IconVideo } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { practitionerQuery, roomsQuery } from "@/api/practitioners";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import type { Visit } from "@/api/visits";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { VisitTime } from "@/components/VisitTime";
import { CancelVisit } from "./CancelVisit";
import { useCancel, useMove, useStep } from "./changes";
import { History } from "./History";
import { MoveVisit } from "./MoveVisit";
import { StatusBadge } from "./status";
import { stepsFrom } from "./steps";

interface Props {
  visit: Visit;
  onDirty: (dirty: boolean) => void;
  reload: () => Promise<unknown>;
}

/** All about a visit, and what can be done with it now. */
export function VisitDetails({ visit, onDirty, reload }: Props) {
  const { t } = useTranslation("calendar");
  const me = useMe();
  const problems = useProblems();
  const [form, setForm] = useState<"reschedule" | "cancel">();
  const done = () => {
    setForm(undefined);
    onDirty(false);
  };
  const step = useStep((_, taken) => notifyDone(t(`done.${taken}`)));
  const cancel = useCancel(() => {
    done();
    notifyDone(t("done.cancel"));
  });
  const move = useMove(() => {
    done();
    notifyDone(t("done.reschedule"));
  });
  const failed = [step, cancel, move].find(({ isError }) => isError);
  const steps = stepsFrom(visit.status, me.can);
  const [next] = steps.filter((one) => one === "check-in" || one === "start" || one === "complete");

  const startAgain = async () => {
    for (const change of [step, cancel, move]) change.reset();
    await reload();
  };
  const markNoShow = async () => {
    const early = Date.parse(visit.start) > Date.now();
    const sure = await confirm({ title: t("no-show.title"), text: early ? t("no-show.early") : t("no-show.text"), confirm: t("step.no-show"), danger: true });
    if (sure) step.mutate({ visit, wish: "no-show" });
  };

  return (
    <Stack gap="md">
      <Stack gap={6}>
        <Group>
          <StatusBadge status={visit.status} />
        </Group>
        <div>
          <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
        </div>
        <Facts visit={visit} />
      </Stack>
      {failed && (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert" title={problems.text(failed.error)}>
          {(problemOf(failed.error, "stale") ?? problemOf(failed.error, "invalid-transition")) && (
            <>
              <Text size="sm" mb="xs">
                {t("changed-meanwhile")}
              </Text>
              <Button size="xs" variant="default" onClick={() => void startAgain()}>
                {t("reload")}
              </Button>
            </>
          )}
        </Alert>
      )}
      {form === undefined && steps.length > 0 && (
        <Group gap="xs">
          {next && (
            <Button loading={step.isPending} onClick={() => step.mutate({ visit, wish: next })}>
              {t(`step.${next}`)}
            </Button>
          )}
          {steps.includes("reschedule") && (
            <Button variant="default" onClick={() => setForm("reschedule")}>
              {t("step.reschedule")}
            </Button>
          )}
          {steps.includes("no-show") && (
            <Button variant="default" disabled={step.isPending} onClick={() => void markNoShow()}>
              {t("step.no-show")}
            </Button>
          )}
          {steps.includes("cancel") && (
            <Button variant="subtle" color="red" onClick={() => setForm("cancel")}>
              {t("step.cancel")}
            </Button>
          )}
        </Group>
      )}
      {form === "reschedule" && <MoveVisit visit={visit} change={move} onDirty={onDirty} onBack={done} />}
      {form === "cancel" && <CancelVisit pending={cancel.isPending} onDirty={onDirty} onBack={done} onCancel={(reason) => cancel.mutate({ visit, wish: reason })} />}
      <Divider />
      <History visit={visit} />
    </Stack>
  );
}

function Facts({ visit }: { visit: Visit }) {
  const { t } = useTranslation("calendar");
  const practitioner = useQuery(practitionerQuery(visit.practitioner_id));
  const rooms = useQuery({ ...roomsQuery(practitioner.data?.department_id ?? ""), enabled: visit.room_id !== null && practitioner.isSuccess });
  const room = rooms.data?.find(({ room_id: id }) => id === visit.room_id);
  return (
    <Stack gap={4}>
      <Fact icon={visit.mode === "video" ? IconVideo : IconUser}>{t(`mode.${visit.mode}`)}</Fact>
      {room && <Fact icon={IconDoor}>{[room.name, room.location].filter(Boolean).join(", ")}</Fact>}
      {visit.reason && <Fact icon={IconMessage}>{visit.reason}</Fact>}
    </Stack>
  );
}

function Fact({ icon: Icon, children }: { icon: typeof IconUser; children: ReactNode }) {
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Icon size={18} stroke={1.5} aria-hidden style={{ flex: "none", marginTop: 2 }} />
      <Text style={{ overflowWrap: "anywhere" }}>{children}</Text>
    </Group>
  );
}
