import { Group, Select, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { CodeSelect } from "./CodeSelect";
import { inEncounter, ofPatient } from "./send";
import { given, type Shape } from "./shape";

type Diagnosis = Required<Pick<Schema<"DiagnosisIn">, "status" | "verification">>;

interface Values extends Diagnosis {
  code: string;
  display: string;
  text: string;
  onset: string;
}

const STATUSES = ["active", "recurrence", "relapse", "inactive", "remission", "resolved"] as const;
const VERIFICATIONS = ["unconfirmed", "provisional", "differential", "confirmed", "refuted"] as const;
const EMPTY: Values = { code: "", display: "", text: "", status: "active", verification: "confirmed", onset: "" };

const contentOf = ({ code, text, status, verification }: Values) => ({ code, text: given(text), status, verification });

export const diagnosis: Shape<"diagnosis", Values> = {
  kind: "diagnosis",
  empty: EMPTY,
  valuesOf: ({ content, status }) => ({ ...EMPTY, ...content, text: content.text ?? "", status: status as Values["status"] }),
  contentOf,
  validate: ({ code }, t) => (code ? {} : { code: t("missing.code") }),
  record: inEncounter("diagnoses"),
  Fields: ({ form }) => <Fields form={form} />,
};

export const problem: Shape<"problem", Values> = {
  kind: "problem",
  empty: EMPTY,
  valuesOf: ({ content, status }) => ({ ...EMPTY, ...content, text: content.text ?? "", onset: content.onset ?? "", status: status as Values["status"] }),
  contentOf: (values) => ({ ...contentOf(values), onset: given(values.onset) }),
  validate: diagnosis.validate,
  record: ofPatient("problems"),
  Fields: ({ form }) => <Fields form={form} lasting />,
};

/** `lasting`: a problem, which began some time. */
function Fields({ form, lasting = false }: { form: UseFormReturnType<Values>; lasting?: boolean }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const { code, display } = form.getValues();
  return (
    <>
      <CodeSelect
        label={t("fields.code")}
        description={t("fields.code-hint")}
        required
        chosen={code ? { code, display } : null}
        onChoose={(chosen) => form.setValues({ code: chosen?.code ?? "", display: chosen?.display ?? "" })}
        error={form.errors.code}
      />
      <Textarea label={t("fields.words")} autosize minRows={2} maxLength={1000} {...form.getInputProps("text")} />
      <Group grow>
        <Select label={t("fields.status")} data={STATUSES.map((value) => ({ value, label: record(`status.${value}`) }))} allowDeselect={false} {...form.getInputProps("status")} />
        <Select
          label={t("fields.verification")}
          data={VERIFICATIONS.map((value) => ({ value, label: record(`verification.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("verification")}
        />
      </Group>
      {lasting && <TextInput type="date" label={t("fields.onset")} {...form.getInputProps("onset")} />}
    </>
  );
}
