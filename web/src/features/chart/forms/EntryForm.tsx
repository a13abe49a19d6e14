import { Alert, Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { problemOf } from "@/api/problems";
import { type Entry, recordKey, type Written } from "@/api/record";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { IN_ENCOUNTER } from "../rights";
import { Stale } from "./Stale";
import { type Place, type Shape } from "./shape";

export interface FormProps {
  place: Place;
  /** What is corrected; undefined: something new is written. */
  entry?: Entry<Written> | undefined;
  /** Hears whether something has been entered that leaving would lose. */
  onUnsaved: (unsaved: boolean) => void;
  onDone: () => void;
}

/** Writes an entry down, or corrects one for a reason. What was entered stays until it is saved, whatever goes wrong. */
export function EntryForm<K extends Written, Values extends object>({ shape, place, entry, onUnsaved, onDone }: FormProps & { shape: Shape<K, Values> }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const intent = useIntent();
  const [at, setAt] = useState("");
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const [version, setVersion] = useState(entry?.version);
  const form = useForm<Values>({
    initialValues: entry ? shape.valuesOf(entry as unknown as Entry<K>) : shape.empty,
    validate: (values) => shape.validate(values, t),
  });
  const unsaved = form.isDirty() || at !== "" || reason !== "";

  useEffect(() => onUnsaved(unsaved), [unsaved, onUnsaved]);
  useEffect(() => () => onUnsaved(false), [onUnsaved]);

  const save = useMutation({
    mutationFn: ({ content }: { content: Record<string, unknown>; encounterId: string | undefined }) => {
      if (!entry) {
        const body = { ...content, ...(at ? { at: new Date(at).toISOString() } : {}) };
        return shape.record(place, body, intent.keyFor(body));
      }
      const params = { path: { entry_id: entry.entry_id }, header: { "If-Match": `"${version}"` } };
      return answered(care.PUT("/v1/records/{entry_id}", { params, body: { reason: reason.trim(), content } }));
    },
    onSuccess: () => {
      intent.done();
      onUnsaved(false);
      notifyDone(t("write.saved", { kind: record(`kind.${shape.kind}`) }));
      void queryClient.invalidateQueries({ queryKey: recordKey(place.patientId) });
      onDone();
    },
    onError: (error) => {
      const named = Object.entries(problems.fields(error)).map(([name, sentence]) => {
        const field = name.replace(/^content\./, "");
        return [shape.fieldOf?.(field, form.getValues()) ?? field, sentence];
      });
      form.setErrors(Object.fromEntries(named) as Record<string, string>);
      // The encounter was closed, or somebody else was faster: what is on the screen is old.
      if (problemOf(error, "encounter-not-open")) void queryClient.invalidateQueries({ queryKey: recordKey(place.patientId) });
    },
  });

  const submit = form.onSubmit((values) => {
    setAsked(true);
    if (!entry || reason.trim()) save.mutate({ content: shape.contentOf(values), encounterId: place.encounterId });
  });
  // Its encounter is over, or was called off; another may begin, and takes it.
  const homeless = !entry && shape.kind in IN_ENCOUNTER && place.encounterId === undefined;
  const stale = entry !== undefined && problemOf(save.error, "stale") !== undefined;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <shape.Fields form={form} />
        {entry ? (
          <Textarea
            label={t("write.why")}
            required
            autosize
            maxLength={300}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
            error={asked && !reason.trim() ? t("write.why-missing") : form.errors.reason}
          />
        ) : (
          <TextInput
            type="datetime-local"
            label={t("write.at")}
            description={t("write.at-hint")}
            value={at}
            onChange={({ currentTarget }) => setAt(currentTarget.value)}
            error={form.errors.at}
          />
        )}
        {stale ? (
          <Stale
            entry={entry}
            onGoOn={(present) => {
              setVersion(present);
              save.reset();
            }}
          />
        ) : homeless ? (
          <Alert color="orange" icon={<IconAlertTriangle />} title={t("write.homeless")} role="alert">
            {t("write.homeless-text")}
          </Alert>
        ) : (
          <Failure error={save.variables?.encounterId === place.encounterId ? save.error : null} />
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending} disabled={stale || homeless}>
            {t("write.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
