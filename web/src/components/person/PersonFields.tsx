import { Select, SimpleGrid, TextInput, Title } from "@mantine/core";
import { type FormErrors, useForm, type UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "@/app/i18n";
import type { PersonValues } from "./person";

type Form = UseFormReturnType<PersonValues>;

/** A form of a patient's details; what only the API can judge comes back by `setErrors`. */
export function usePersonForm(initialValues: PersonValues): Form {
  const { t } = useTranslation("profile");
  return useForm<PersonValues>({
    mode: "uncontrolled",
    initialValues,
    validate: (values): FormErrors => ({
      ...(values.given_name.trim() ? {} : { given_name: t("missing.name") }),
      ...(values.family_name.trim() ? {} : { family_name: t("missing.name") }),
      ...(values.birth_date ? {} : { birth_date: t("missing.birth-date") }),
    }),
  });
}

interface Props {
  form: Form;
  /** The person fills in their own: the browser may know it. */
  own?: boolean;
}

/** Name, birth, contact and address. */
export function PersonFields({ form, own = false }: Props) {
  const { t } = useTranslation("profile");
  const sexes = (["female", "male", "other", "unknown"] as const).map((value) => ({ value, label: t(`sex.${value}`) }));
  const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  const field = (name: string, hint?: string) => ({ autoComplete: own && hint ? hint : "off", ...form.getInputProps(name) });
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t("given-name")} required key={form.key("given_name")} {...field("given_name", "given-name")} />
        <TextInput label={t("family-name")} required key={form.key("family_name")} {...field("family_name", "family-name")} />
        <TextInput label={t("birth-date")} required type="date" key={form.key("birth_date")} {...field("birth_date", "bday")} />
        <Select label={t("sex.label")} data={sexes} allowDeselect={false} key={form.key("sex")} {...form.getInputProps("sex")} />
        <TextInput label={t("phone")} type="tel" key={form.key("phone")} {...field("phone", "tel")} />
        <TextInput label={t("email")} type="email" key={form.key("email")} {...field("email", "email")} />
        <Select label={t("language")} data={languages} clearable key={form.key("language")} {...form.getInputProps("language")} />
      </SimpleGrid>
      <Title order={3}>{t("address.title")}</Title>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t("address.lines")} key={form.key("address.lines.0")} {...field("address.lines.0", "address-line1")} />
        <TextInput label={t("address.postal-code")} key={form.key("address.postal_code")} {...field("address.postal_code", "postal-code")} />
        <TextInput label={t("address.city")} key={form.key("address.city")} {...field("address.city", "address-level2")} />
        <TextInput label={t("address.country")} maxLength={2} key={form.key("address.country")} {...field("address.country", "country")} />
      </SimpleGrid>
    </>
  );
}
