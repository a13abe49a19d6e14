import { Blockquote, Button, Card, Group, Stack, Text, Textarea, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconLock, IconLockOpen } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { type LegalHold, privacyKey } from "@/api/privacy";
import { useProblems } from "@/api/useProblems";
import { instantOf } from "@/components/audit/local";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { On } from "./On";

/** The shortest and the longest reason that the API takes. */
const SHORTEST = 5;
const LONGEST = 500;

interface Props {
  patientId: string;
  hold: LegalHold | null;
}

/** Whether a patient's data has to be kept, whoever asks for their erasure. */
export function HoldCard({ patientId, hold }: Props) {
  const { t } = useTranslation("privacy");
  const me = useMe();
  return (
    <Card component="section" aria-labelledby="hold">
      <Stack gap="sm">
        <Title order={2} size="h4" id="hold">
          {t("hold.title")}
        </Title>
        {hold ? (
          <Standing patientId={patientId} hold={hold} />
        ) : (
          <>
            <Text size="sm">{t("hold.none")}</Text>
            {me.can("PlaceLegalHold") && <Place patientId={patientId} />}
          </>
        )}
      </Stack>
    </Card>
  );
}

function Standing({ patientId, hold }: { patientId: string; hold: LegalHold }) {
  const { t } = useTranslation("privacy");
  const me = useMe();
  const queryClient = useQueryClient();
  const lift = useMutation({
    mutationFn: () => answered(care.DELETE("/v1/patients/{patient_id}/legal-hold", { params: { path: { patient_id: patientId } } })),
    onSuccess: () => {
      notifyDone(t("hold.lifted"));
      return queryClient.invalidateQueries({ queryKey: privacyKey(patientId) });
    },
  });
  const ask = async () => {
    if (await confirm({ title: t("hold.lift-title"), text: t("hold.lift-text"), confirm: t("hold.lift"), danger: true })) lift.mutate();
  };
  return (
    <>
      <Text fw={600}>{t("hold.stands")}</Text>
      <Blockquote p="sm" style={{ overflowWrap: "anywhere" }}>
        {hold.reason}
      </Blockquote>
      <Text size="sm">
        {t("hold.since")} <On at={hold.placed_at} />
        {hold.until !== null ? (
          <>
            {", "}
            {t("hold.until")} <On at={hold.until} />
          </>
        ) : (
          `, ${t("hold.open-end")}`
        )}
      </Text>
      <Failure error={lift.error} />
      {me.can("LiftLegalHold") && (
        <Group justify="flex-end">
          <Button variant="default" leftSection={<IconLockOpen size={18} stroke={1.5} />} loading={lift.isPending} onClick={() => void ask()}>
            {t("hold.lift")}
          </Button>
        </Group>
      )}
    </>
  );
}

function Place({ patientId }: { patientId: string }) {
  const { t } = useTranslation("privacy");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { reason: "", until: "" },
    validate: {
      reason: (value) => (value.trim().length >= SHORTEST ? null : t("hold.missing")),
      until: (value) => (value === "" || Date.parse(value) > Date.now() ? null : t("hold.past")),
    },
  });
  const place = useMutation({
    mutationFn: (body: Schema<"NewHold">) => answered(care.POST("/v1/patients/{patient_id}/legal-hold", { params: { path: { patient_id: patientId } }, body })),
    onSuccess: () => {
      notifyDone(t("hold.placed"));
      return queryClient.invalidateQueries({ queryKey: privacyKey(patientId) });
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <form onSubmit={form.onSubmit(({ reason, until }) => place.mutate({ reason: reason.trim(), until: instantOf(until) ?? null }))} noValidate>
      <Stack gap="sm">
        <Textarea label={t("hold.reason")} description={t("hold.reason-hint")} autosize maxLength={LONGEST} required {...form.getInputProps("reason")} />
        <TextInput type="datetime-local" label={t("hold.ends")} description={t("hold.ends-hint")} {...form.getInputProps("until")} />
        <Failure error={place.error} />
        <Group justify="flex-end">
          <Button type="submit" variant="default" leftSection={<IconLock size={18} stroke={1.5} />} loading={place.isPending}>
            {t("hold.place")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
