import { Alert, Badge, Button, Card, Code, Group, List, Loader, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { type Erasure, erasureQuery, GROUNDS, privacyKey } from "@/api/privacy";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { endOf, hasLapsed, mayConfirm, mayRequest, mayWithdraw } from "./erasure";
import { On } from "./On";

const COLOURS: Record<Erasure["state"], string> = {
  requested: "orange",
  confirmed: "blue",
  blocked: "orange",
  destroyed: "blue",
  erased: "gray",
  failed: "red",
  withdrawn: "gray",
};

interface Props {
  patientId: string;
  erasure: Erasure | null;
  /** Whether a legal hold stands, against which nothing is erased. */
  held: boolean;
}

/** The erasure of a patient: asked for by one, confirmed by another, and how far it is. */
export function ErasureCard({ patientId, erasure, held }: Props) {
  const { t } = useTranslation("privacy");
  const me = useMe();
  const [now] = useState(() => Date.now());
  const confirmable = erasure !== null && mayConfirm(me, erasure, now);
  const requestable = mayRequest(me, patientId, erasure, now);
  return (
    <Card component="section" aria-labelledby="erasure">
      <Stack gap="sm">
        <Title order={2} size="h4" id="erasure">
          {t("erasure.title")}
        </Title>
        {erasure === null ? <Text size="sm">{t("erasure.none")}</Text> : <Stand erasure={erasure} lapsed={hasLapsed(erasure, now)} />}
        {erasure !== null && mayWithdraw(me, erasure, now) && <Withdraw patientId={patientId} />}
        {held && (confirmable || requestable) ? (
          <Text size="sm">{t("erasure.held")}</Text>
        ) : (
          <>
            {confirmable && <Confirm key={erasure.state} patientId={patientId} again={erasure.state === "failed"} />}
            {requestable && <Request patientId={patientId} />}
          </>
        )}
      </Stack>
    </Card>
  );
}

function Stand({ erasure, lapsed }: { erasure: Erasure; lapsed: boolean }) {
  const { t } = useTranslation("privacy");
  const me = useMe();
  const state = lapsed ? "lapsed" : erasure.state;
  const underWay = erasure.state === "confirmed" || erasure.state === "destroyed";
  return (
    <Stack gap="xs" role="status">
      <Group gap="sm">
        <Badge variant="light" color={lapsed ? "gray" : COLOURS[erasure.state]} tt="none" fw={500}>
          {t(`state.${state}`)}
        </Badge>
        {underWay && <Loader size="xs" aria-hidden />}
        <Text size="sm" c="dimmed">
          <On at={erasure.changed_at} />
        </Text>
      </Group>
      <Text size="sm">{t(`state-text.${state}`)}</Text>
      {erasure.blockers && erasure.blockers.length > 0 && (
        <List size="sm" spacing={4}>
          {erasure.blockers.map((blocker) => (
            <List.Item key={blocker}>{t(`blocker.${blocker}`)}</List.Item>
          ))}
        </List>
      )}
      <Text size="sm">
        {t("erasure.ground")}: {t(`ground.${erasure.ground}`)}
      </Text>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {t("erasure.requested")}: <On at={erasure.requested_at} />, <Who userId={erasure.requested_by} />
      </Text>
      {erasure.confirmed_by !== null && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {t("erasure.confirmed")}: <Who userId={erasure.confirmed_by} />
        </Text>
      )}
      {erasure.state === "requested" && !lapsed && (
        <Text size="sm">
          {t("erasure.confirm-by")}: <On at={erasure.confirm_by} />
          {erasure.requested_by === me.user_id && ` · ${t("erasure.own")}`}
        </Text>
      )}
      {erasure.destroyed_at !== null && (
        <Text size="sm">
          {t("erasure.destroyed")}: <On at={erasure.destroyed_at} />
        </Text>
      )}
    </Stack>
  );
}

function Who({ userId }: { userId: string }) {
  const { t } = useTranslation("privacy");
  const me = useMe();
  return userId === me.user_id ? t("you") : <Code>{userId}</Code>;
}

function Request({ patientId }: { patientId: string }) {
  const { t } = useTranslation("privacy");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { ground: null as Erasure["ground"] | null },
    validate: { ground: (value) => (value === null ? t("erasure.missing") : null) },
  });
  const request = useMutation({
    mutationFn: (body: Schema<"NewErasure">) => answered(care.POST("/v1/patients/{patient_id}/erasure", { params: { path: { patient_id: patientId } }, body })),
    onSuccess: (asked) => {
      notifyDone(t("erasure.asked"));
      queryClient.setQueryData(erasureQuery(patientId).queryKey, asked);
    },
    onError: (error) => {
      form.setErrors(problems.fields(error));
      void queryClient.invalidateQueries({ queryKey: privacyKey(patientId) });
    },
  });
  const submit = form.onSubmit(({ ground }) => {
    if (ground !== null) request.mutate({ ground });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Select
          label={t("erasure.ground")}
          description={t("erasure.ground-hint")}
          data={GROUNDS.map((value) => ({ value, label: t(`ground.${value}`) }))}
          required
          {...form.getInputProps("ground")}
        />
        <Failure error={request.error} />
        <Group justify="flex-end">
          <Button type="submit" color="red" variant="light" loading={request.isPending}>
            {t("erasure.ask")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The deed that cannot be taken back: it wants the end of the patient's number typed. */
function Confirm({ patientId, again }: { patientId: string; again: boolean }) {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { typed: "" },
    validate: { typed: (value) => (value.trim().toLowerCase() === endOf(patientId) ? null : t("confirm.wrong")) },
  });
  const carryOut = useMutation({
    mutationFn: () => answered(care.POST("/v1/patients/{patient_id}/erasure/confirm", { params: { path: { patient_id: patientId } } })),
    onSuccess: (confirmed) => {
      notifyDone(t("confirm.done"));
      queryClient.setQueryData(erasureQuery(patientId).queryKey, confirmed);
    },
    onError: () => queryClient.invalidateQueries({ queryKey: privacyKey(patientId) }),
  });
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={t("confirm.title")}>
      <form onSubmit={form.onSubmit(() => carryOut.mutate())} noValidate>
        <Stack gap="sm">
          <Text size="sm">{t("confirm.text")}</Text>
          <Text size="sm">{t("confirm.check")}</Text>
          <TextInput label={t("confirm.type")} description={t("confirm.type-hint")} autoComplete="off" spellCheck={false} maxLength={6} required {...form.getInputProps("typed")} />
          <Failure error={carryOut.error} />
          <Group justify="flex-end">
            <Button type="submit" color="red" leftSection={<IconTrash size={18} stroke={1.5} />} loading={carryOut.isPending}>
              {t(again ? "confirm.again" : "confirm.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Alert>
  );
}

function Withdraw({ patientId }: { patientId: string }) {
  const { t } = useTranslation("privacy");
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => answered(care.DELETE("/v1/patients/{patient_id}/erasure", { params: { path: { patient_id: patientId } } })),
    onSuccess: () => notifyDone(t("erasure.withdrawn")),
    onSettled: () => queryClient.invalidateQueries({ queryKey: privacyKey(patientId) }),
  });
  return (
    <>
      <Failure error={withdraw.error} />
      <Group justify="flex-end">
        <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t("erasure.withdraw")}
        </Button>
      </Group>
    </>
  );
}
