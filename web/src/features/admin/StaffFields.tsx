import { Checkbox, MultiSelect, NumberInput, Select, SimpleGrid, TextInput, Title } from "@mantine/core";
import { type FormErrors, useForm, type UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { departmentsQuery, specialtiesQuery } from "@/api/practitioners";
import { useSpecialtyNames } from "@/api/specialties";
import { hasProfile, ROLES, type StaffValues } from "./staff";

export type StaffForm = UseFormReturnType<StaffValues>;

const CURRENCIES = ["CHF", "EUR", "GBP", "PLN", "USD"];
const LANGUAGES = ["ar", "de", "en", "es", "fr", "hi", "it", "nl", "pl", "pt", "ru", "sr", "tr", "uk", "vi", "zh"];

export function useStaffForm(initialValues: StaffValues): StaffForm {
  const { t } = useTranslation("admin");
  return useForm<StaffValues>({
    initialValues,
    validate: (values): FormErrors => ({
      ...(values.given_name.trim() ? {} : { given_name: t("missing.name") }),
      ...(values.family_name.trim() ? {} : { family_name: t("missing.name") }),
      ...(/^\S+@\S+\.\S+$/.test(values.email.trim()) ? {} : { email: t("missing.email") }),
      ...(values.roles.length > 0 ? {} : { roles: t("missing.roles") }),
      ...(hasProfile(values) && {
        ...(values.practitioner.specialties.length > 0 ? {} : { "practitioner.specialties": t("missing.specialties") }),
        ...(values.practitioner.department_id ? {} : { "practitioner.department_id": t("missing.department") }),
        ...(values.practitioner.fee.minor === "" ? { "practitioner.fee.minor": t("missing.fee") } : {}),
      }),
    }),
  });
}

/** Who they are, what they may do, and what they practise. */
export function StaffFields({ form, known = false }: { form: StaffForm; known?: boolean }) {
  const { t, i18n } = useTranslation("admin");
  const { t: roles } = useTranslation("roles");
  const specialty = useSpecialtyNames();
  const departments = useQuery(departmentsQuery);
  const specialties = useQuery(specialtiesQuery);
  const language = new Intl.DisplayNames(i18n.language, { type: "language" });
  const byLabel = (one: { label: string }, other: { label: string }) => one.label.localeCompare(other.label, i18n.language);
  const { values } = form;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t("form.given-name")} required autoComplete="off" {...form.getInputProps("given_name")} />
        <TextInput label={t("form.family-name")} required autoComplete="off" {...form.getInputProps("family_name")} />
      </SimpleGrid>
      <TextInput label={t("form.email")} required type="email" autoComplete="off" readOnly={known} description={known ? t("form.email-stays") : null} {...form.getInputProps("email")} />
      <MultiSelect
        label={t("form.roles")}
        required
        data={ROLES.map((role) => ({ value: role, label: roles(role) }))}
        searchable
        {...form.getInputProps("roles")}
      />
      {values.roles.includes("nurse") && !values.roles.includes("doctor") && (
        <Checkbox label={t("form.practises")} {...form.getInputProps("practises", { type: "checkbox" })} />
      )}
      {hasProfile(values) && (
        <>
          <Title order={2}>{t("form.profile")}</Title>
          <MultiSelect
            label={t("form.specialties")}
            required
            searchable
            data={(specialties.data?.items ?? []).map(({ code }) => ({ value: code, label: specialty(code) })).sort(byLabel)}
            {...form.getInputProps("practitioner.specialties")}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Select
              label={t("form.department")}
              required
              searchable
              data={(departments.data ?? []).map(({ department_id, name }) => ({ value: department_id, label: name }))}
              {...form.getInputProps("practitioner.department_id")}
            />
            <TextInput label={t("form.licence")} autoComplete="off" {...form.getInputProps("practitioner.licence")} />
            <NumberInput
              label={t("form.fee")}
              required
              min={0}
              decimalScale={2}
              decimalSeparator={i18n.language === "de" ? "," : "."}
              {...form.getInputProps("practitioner.fee.minor")}
            />
            <Select label={t("form.currency")} data={CURRENCIES} allowDeselect={false} {...form.getInputProps("practitioner.fee.currency")} />
          </SimpleGrid>
          <MultiSelect
            label={t("form.languages")}
            searchable
            data={[...new Set([...LANGUAGES, ...values.practitioner.languages])].map((code) => ({ value: code, label: language.of(code) ?? code })).sort(byLabel)}
            {...form.getInputProps("practitioner.languages")}
          />
        </>
      )}
    </>
  );
}
