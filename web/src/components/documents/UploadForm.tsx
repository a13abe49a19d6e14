import { Button, FileInput, Group, Progress, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPaperclip, IconUpload } from "@tabler/icons-react";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { type Document, DOCUMENT_KINDS } from "@/api/documents";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { ACCEPTED, contentTypeOf, MOST_BYTES, sizeOf } from "./types";
import { type Announce, useSending } from "./useSending";

interface Props {
  patientId: string;
  /** The document that gets a new version; undefined: a new document. */
  document?: Document | undefined;
  onDone: () => void;
  onCancel: () => void;
}

/** Sends a document, or a new version of one for a reason. */
export function UploadForm({ patientId, document, onDone, onCancel }: Props) {
  const { t, i18n } = useTranslation("documents");
  const { t: common } = useTranslation();
  const intent = useIntent();
  const form = useForm({
    initialValues: { file: null as File | null, kind: "report" as Document["kind"], title: "", reason: "" },
    validate: {
      file: (file) => {
        if (!file) return t("upload.missing");
        if (!contentTypeOf(file.name)) return t("upload.wrong-type");
        return file.size > MOST_BYTES || file.size === 0 ? t("upload.wrong-size", { most: sizeOf(MOST_BYTES, i18n.language) }) : null;
      },
      reason: (reason) => (document && !reason.trim() ? t("upload.no-reason") : null),
    },
  });
  const sending = useSending(patientId, () => {
    intent.done();
    notifyDone(t("upload.sent"));
    onDone();
  });
  const busy = sending.state.step === "busy";

  useBlocker({
    shouldBlockFn: async ({ current, next }) =>
      busy && next.pathname !== current.pathname && !(await confirm({ title: t("upload.leave"), text: t("upload.leave-text"), confirm: t("upload.stop"), danger: true })),
    enableBeforeUnload: () => busy,
  });

  const submit = form.onSubmit(({ file, kind, title, reason }) => {
    if (!file) return;
    const announce: Announce = (facts) => {
      if (document) {
        const body = { ...facts, reason: reason.trim() };
        const params = { path: { document_id: document.document_id }, header: { "If-Match": `"${document.version}"`, "Idempotency-Key": intent.keyFor(body) } };
        return answered(care.POST("/v1/documents/{document_id}/versions", { params, body }));
      }
      const body = { ...facts, kind, title: title.trim() || null };
      return answered(care.POST("/v1/patients/{patient_id}/documents", { params: { path: { patient_id: patientId }, header: { "Idempotency-Key": intent.keyFor(body) } }, body }));
    };
    sending.start(file, announce);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FileInput
          label={t("upload.file")}
          description={t("upload.types")}
          placeholder={t("upload.choose")}
          accept={ACCEPTED}
          required
          clearable={!busy}
          disabled={busy}
          leftSection={<IconPaperclip size={18} stroke={1.5} />}
          {...form.getInputProps("file")}
        />
        {document ? (
          <Textarea label={t("upload.reason")} required autosize maxLength={300} disabled={busy} {...form.getInputProps("reason")} />
        ) : (
          <Group grow align="flex-start">
            <Select label={t("upload.kind")} data={DOCUMENT_KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} allowDeselect={false} disabled={busy} {...form.getInputProps("kind")} />
            <TextInput label={t("upload.title")} maxLength={200} disabled={busy} {...form.getInputProps("title")} />
          </Group>
        )}
        {sending.state.step === "busy" && <Sent {...sending.state.progress} />}
        <Failure error={sending.state.step === "failed" ? sending.state.error : null} />
        <Group justify="flex-end">
          <Button variant="default" onClick={busy ? sending.cancel : onCancel}>
            {busy ? t("upload.stop") : common("cancel")}
          </Button>
          <Button type="submit" loading={busy} leftSection={<IconUpload size={18} stroke={1.5} />}>
            {t(sending.state.step === "failed" ? "upload.go-on" : "upload.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Sent({ phase, done, total }: { phase: "reading" | "sending"; done: number; total: number }) {
  const { t, i18n } = useTranslation("documents");
  return (
    <Stack gap={4}>
      <Progress value={total === 0 ? 0 : (100 * done) / total} aria-label={t(`upload.${phase}`)} />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
        {t(`upload.${phase}`)}: {sizeOf(done, i18n.language)} / {sizeOf(total, i18n.language)}
      </Text>
    </Stack>
  );
}
