import { Group, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { ofPatient } from "./send";
import { given, type Shape } from "./shape";

interface Values {
  text: string;
  goal: string;
  due: string;
  status: NonNullable<Schema<"CarePlanIn">["status"]>;
}

const STATUSES = ["not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown"] as const;

export const carePlan: Shape<"care-plan", Values> = {
  kind: "care-plan",
  empty: { text: "", goal: "", due: "", status: "not-started" },
  valuesOf: ({ content, status }) => ({ text: content.text, goal: content.goal ?? "", due: content.due ?? "", status: status as Values["status"] }),
  contentOf: ({ text, goal, due, status }) => ({ text, goal: given(goal), due: given(due), status }),
  validate: ({ text }, t) => (text.trim() ? {} : { text: t("missing.text") }),
  record: ofPatient("care-plan"),
  Fields,
};

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  return (
    <>
      <Textarea label={t("fields.item")} required autosize minRows={2} maxLength={1000} {...form.getInputProps("text")} />
      <Textarea label={t("fields.goal")} autosize maxLength={1000} {...form.getInputProps("goal")} />
      <Group grow align="flex-start">
        <TextInput type="date" label={t("fields.due")} {...form.getInputProps("due")} />
        <Select label={t("fields.status")} data={STATUSES.map((value) => ({ value, label: record(`status.${value}`) }))} allowDeselect={false} {...form.getInputProps("status")} />
      </Group>
    </>
  );
}
