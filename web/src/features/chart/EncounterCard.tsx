import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDidUpdate } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { problemOf } from "@/api/problems";
import { type Encounter, encounterQuery, recordKey } from "@/api/record";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { ReasonForm } from "@/components/ReasonForm";
import { statusName } from "@/components/record/facts";
import { MetWith } from "@/components/record/MetWith";
import { Failure } from "@/components/states";
import { When } from "@/components/When";
import { Ask, Participants } from "./Participants";
import { possibleSteps, type Step, takesPart } from "./rights";

/** A step with what the API wants to know besides. */
type Deed = { step: "start" | "join" | "close" } | { step: "cancel" | "retract"; reason: string } | { step: "ask" | "dismiss"; who: string };

/** The encounter that is under way, and what can happen to it. */
export function EncounterCard({ encounter }: { encounter: Encounter }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const me = useMe();
  const queryClient = useQueryClient();
  /** The step that something has to be said for. */
  const [asking, setAsking] = useState<"cancel" | "retract" | "ask" | null>(null);
  const card = useRef<HTMLDivElement>(null);
  // Where a button was, now stands what it asks for, and the other way round.
  useDidUpdate(() => (asking ? card.current?.querySelector<HTMLElement>("[data-autofocus]") : card.current)?.focus(), [asking]);
  const refresh = () => queryClient.invalidateQueries({ queryKey: recordKey(encounter.patient_id) });
  const deed = useMutation({
    mutationFn: (done: Deed) => take(encounter, done),
    onSuccess: (changed, { step }) => {
      queryClient.setQueryData(encounterQuery(changed.patient_id, changed.encounter_id).queryKey, changed);
      if (step !== "start" && step !== "join") notifyDone(t(`encounter.done.${step}`));
      setAsking(null);
      return refresh();
    },
  });
  const steps = possibleSteps(me, encounter);
  const begin = async (step: Exclude<Step, "dismiss">) => {
    deed.reset();
    if (step === "start" || step === "join") deed.mutate({ step });
    else if (step !== "close") setAsking(step);
    else if (await confirm({ title: t("encounter.close-title"), text: t("encounter.close-text"), confirm: t("encounter.close") })) deed.mutate({ step });
  };
  const dismiss = async (who: string, name: string) => {
    deed.reset();
    if (await confirm({ title: t("encounter.dismiss-title", { name }), text: t("encounter.dismiss-text"), confirm: t("encounter.dismiss"), danger: true })) deed.mutate({ step: "dismiss", who });
  };
  const back = (
    <Button
      variant="default"
      onClick={() => {
        deed.reset();
        setAsking(null);
      }}
    >
      {t("encounter.back")}
    </Button>
  );
  const failure = (
    <Failure error={deed.error}>
      {(problemOf(deed.error, "stale") ?? problemOf(deed.error, "invalid-transition")) && (
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            deed.reset();
            setAsking(null);
            void refresh();
          }}
        >
          {t("encounter.reload")}
        </Button>
      )}
    </Failure>
  );
  const forms: Record<NonNullable<typeof asking>, ReactNode> = {
    cancel: (
      <ReasonForm label={t("encounter.cancel-why")} missing={t("write.why-missing")} submit={t("encounter.cancel")} danger busy={deed.isPending} onSubmit={(reason) => deed.mutate({ step: "cancel", reason })} back={back}>
        {failure}
      </ReasonForm>
    ),
    retract: (
      <ReasonForm label={t("encounter.retract-why")} missing={t("write.why-missing")} submit={t("encounter.retract")} danger busy={deed.isPending} onSubmit={(reason) => deed.mutate({ step: "retract", reason })} back={back}>
        {failure}
      </ReasonForm>
    ),
    ask: (
      <Ask busy={deed.isPending} onAsk={(who) => deed.mutate({ step: "ask", who })} back={back}>
        {failure}
      </Ask>
    ),
  };
  return (
    <Stack ref={card} tabIndex={-1} gap="xs" component="section" aria-label={t("encounter.title")}>
      <Group justify="space-between">
        <Title order={3}>{t("encounter.title")}</Title>
        <Badge variant="light" tt="none">
          {statusName(encounter.status, record)}
        </Badge>
      </Group>
      <Text size="sm">
        <MetWith practitionerId={encounter.practitioner_id} /> · <When at={encounter.started_at ?? encounter.opened_at} />
      </Text>
      <Participants participants={encounter.participants} onDismiss={steps.includes("dismiss") ? (who, name) => void dismiss(who, name) : undefined} />
      {asking ? (
        forms[asking]
      ) : (
        <>
          {failure}
          {ROWS.map((row) => (
            <Group key={row[0]} gap="xs">
              {row
                .filter((step) => steps.includes(step))
                .map((step) => (
                  <Button key={step} {...LOOKS[step]} loading={deed.isPending && deed.variables.step === step} disabled={deed.isPending} onClick={() => void begin(step)}>
                    {t(`encounter.${step}`)}
                  </Button>
                ))}
            </Group>
          ))}
        </>
      )}
      {!takesPart(me, encounter) && (
        <Text size="sm" c="dimmed">
          {t("encounter.others")}
        </Text>
      )}
    </Stack>
  );
}

/** What is usual stands first and out, what seldom happens does not. */
const ROWS = [
  ["start", "join", "close"],
  ["ask", "cancel", "retract"],
] as const;

const LOOKS = {
  start: { size: "sm" },
  join: { size: "sm" },
  close: { size: "sm", variant: "default" },
  ask: { size: "compact-sm", variant: "light" },
  cancel: { size: "compact-sm", variant: "light", color: "red" },
  retract: { size: "compact-sm", variant: "light", color: "red" },
} as const;

function take({ encounter_id, version }: Encounter, deed: Deed): Promise<Encounter> {
  const path = { encounter_id };
  const header = { "If-Match": `"${version}"` };
  switch (deed.step) {
    case "cancel":
      return answered(care.POST("/v1/encounters/{encounter_id}/cancel", { params: { path, header }, body: { reason: deed.reason } }));
    case "retract":
      return answered(care.POST("/v1/encounters/{encounter_id}/entered-in-error", { params: { path, header }, body: { reason: deed.reason } }));
    case "ask":
      return answered(care.POST("/v1/encounters/{encounter_id}/participants", { params: { path, header }, body: { practitioner_id: deed.who } }));
    case "dismiss":
      return answered(care.DELETE("/v1/encounters/{encounter_id}/participants/{participant_id}", { params: { path: { encounter_id, participant_id: deed.who }, header } }));
    default:
      return answered(care.POST(`/v1/encounters/{encounter_id}/${deed.step}`, { params: { path, header } }));
  }
}
