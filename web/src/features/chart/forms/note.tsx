import { Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { inEncounter } from "./send";
import { given, type Shape } from "./shape";

interface Values {
  title: string;
  text: string;
}

export const note: Shape<"note", Values> = {
  kind: "note",
  empty: { title: "", text: "" },
  valuesOf: ({ content }) => ({ title: content.title ?? "", text: content.text }),
  contentOf: ({ title, text }) => ({ title: given(title), text }),
  validate: ({ text }, t) => (text.trim() ? {} : { text: t("missing.text") }),
  record: inEncounter("notes"),
  Fields,
};

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation("chart");
  return (
    <>
      <TextInput label={t("fields.title")} maxLength={200} {...form.getInputProps("title")} />
      <Textarea label={t("fields.note")} required autosize minRows={6} maxRows={20} maxLength={10_000} data-autofocus {...form.getInputProps("text")} />
    </>
  );
}
