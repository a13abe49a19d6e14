import { Autocomplete, Group, Select, Textarea } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { queryClient } from "@/api/query";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { ofPatient } from "./send";
import { given, type Shape } from "./shape";

type Said = Required<Pick<Schema<"AllergyIn">, "severity" | "criticality" | "status" | "verification">>;

interface Values extends Said {
  /** A common allergen by its name, or anything else in words. */
  substance: string;
  reaction: string;
}

const SEVERITIES = ["mild", "moderate", "severe"] as const;
const CRITICALITIES = ["low", "high", "unable-to-assess"] as const;
const STATUSES = ["active", "inactive", "resolved"] as const;
const VERIFICATIONS = ["unconfirmed", "presumed", "confirmed", "refuted"] as const;

const allergensQuery = queryOptions({
  queryKey: ["codes", "allergens"],
  queryFn: async ({ signal }) => (await answered(care.GET("/v1/codes/allergens", { signal }))).items,
  staleTime: Infinity,
});

export const allergy: Shape<"allergy", Values> = {
  kind: "allergy",
  empty: { substance: "", reaction: "", severity: null, criticality: null, status: "active", verification: "confirmed" },
  valuesOf: ({ content: { substance, reaction, severity, criticality, verification }, status }) => ({
    substance,
    reaction: reaction ?? "",
    severity,
    criticality,
    verification,
    status: status as Values["status"],
  }),
  contentOf: ({ substance, reaction, ...said }) => ({ ...allergenOf(substance), reaction: given(reaction), ...said }),
  validate: ({ substance }, t) => (substance.trim() ? {} : { substance: t("missing.substance") }),
  fieldOf: (name) => (name === "code" ? "substance" : name),
  record: ofPatient("allergies"),
  Fields,
};

/** The code of what is on the list, and everything else in words. */
function allergenOf(substance: string): { code: string } | { substance: string } {
  const wanted = substance.trim();
  const known = queryClient.getQueryData(allergensQuery.queryKey)?.find(({ display }) => display.toLowerCase() === wanted.toLowerCase());
  return known ? { code: known.code } : { substance: wanted };
}

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const allergens = useQuery(allergensQuery);
  return (
    <>
      <Autocomplete
        label={t("fields.substance")}
        description={t("fields.substance-hint")}
        required
        maxLength={200}
        data={[...new Set(allergens.data?.map(({ display }) => display))]}
        limit={20}
        {...form.getInputProps("substance")}
      />
      <Group grow align="flex-start">
        <Select
          label={t("fields.severity")}
          placeholder={t("fields.unknown")}
          data={SEVERITIES.map((value) => ({ value, label: record(`severity.${value}`) }))}
          clearable
          {...form.getInputProps("severity")}
        />
        <Select
          label={t("fields.criticality")}
          placeholder={t("fields.unknown")}
          data={CRITICALITIES.map((value) => ({ value, label: record(`criticality.${value}`) }))}
          clearable
          {...form.getInputProps("criticality")}
        />
      </Group>
      <Textarea label={t("fields.reaction")} autosize minRows={2} maxLength={1000} {...form.getInputProps("reaction")} />
      <Group grow align="flex-start">
        <Select label={t("fields.status")} data={STATUSES.map((value) => ({ value, label: record(`status.${value}`) }))} allowDeselect={false} {...form.getInputProps("status")} />
        <Select
          label={t("fields.verification")}
          data={VERIFICATIONS.map((value) => ({ value, label: record(`verification.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("verification")}
        />
      </Group>
    </>
  );
}
