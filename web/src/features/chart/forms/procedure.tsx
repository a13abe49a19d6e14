import { Group, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { inEncounter } from "./send";
import { given, type Shape } from "./shape";

interface Values {
  text: string;
  code: string;
  status: NonNullable<Schema<"ProcedureIn">["status"]>;
}

const STATUSES = ["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "unknown"] as const;

export const procedure: Shape<"procedure", Values> = {
  kind: "procedure",
  empty: { text: "", code: "", status: "completed" },
  valuesOf: ({ content, status }) => ({ text: content.text, code: content.code ?? "", status: status as Values["status"] }),
  contentOf: ({ text, code, status }) => ({ text, code: given(code), status }),
  validate: ({ text }, t) => (text.trim() ? {} : { text: t("missing.text") }),
  record: inEncounter("procedures"),
  Fields,
};

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  return (
    <>
      <Textarea label={t("fields.procedure")} required autosize minRows={3} maxLength={1000} {...form.getInputProps("text")} />
      <Group grow align="flex-start">
        <TextInput label={t("fields.service")} maxLength={20} spellCheck={false} {...form.getInputProps("code")} />
        <Select label={t("fields.status")} data={STATUSES.map((value) => ({ value, label: record(`status.${value}`) }))} allowDeselect={false} {...form.getInputProps("status")} />
      </Group>
    </>
  );
}
