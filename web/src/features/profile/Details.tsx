import { Alert, Button, Card, Group, Select, SimpleGrid, Stack, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { patientQuery } from "@/api/patients";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { LANGUAGES } from "@/app/i18n";
import { notifyDone } from "@/components/notify";

type Patient = Schema<"PatientAnswer">;
type Change = Schema<"PatientChange">;

/** Name, birth, contact and address, changed where they stand. */
export function Details({ patient }: { patient: Patient }) {
  const { t } = useTranslation("profile");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const { queryKey } = patientQuery(patient.patient_id);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: valuesOf(patient),
    validate: {
      given_name: (value) => (value.trim() ? null : t("missing.name")),
      family_name: (value) => (value.trim() ? null : t("missing.name")),
      birth_date: (value) => (value ? null : t("missing.birth-date")),
    },
  });
  const change = useMutation({
    mutationFn: (body: Change) =>
      answered(
        care.PATCH("/v1/patients/{patient_id}", {
          params: { path: { patient_id: patient.patient_id }, header: { "If-Match": `"${patient.version}"` } },
          body,
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(queryKey, changed);
      form.resetDirty();
      notifyDone(t("saved"));
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  const reload = async () => {
    form.setValues(valuesOf(await queryClient.query({ ...patientQuery(patient.patient_id), staleTime: 0 })));
    change.reset();
  };
  const sexes = (["female", "male", "other", "unknown"] as const).map((value) => ({ value, label: t(`sex.${value}`) }));
  const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => change.mutate(changeOf(values)))} noValidate>
        <Stack>
          <Title order={2}>{t("details")}</Title>
          {change.isError && (
            <Alert color="red" role="alert" title={problems.text(change.error)}>
              {problemOf(change.error, "stale") && (
                <Button size="xs" variant="default" onClick={() => void reload()}>
                  {t("reload")}
                </Button>
              )}
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("given-name")} required autoComplete="given-name" key={form.key("given_name")} {...form.getInputProps("given_name")} />
            <TextInput label={t("family-name")} required autoComplete="family-name" key={form.key("family_name")} {...form.getInputProps("family_name")} />
            <TextInput label={t("birth-date")} required type="date" autoComplete="bday" key={form.key("birth_date")} {...form.getInputProps("birth_date")} />
            <Select label={t("sex.label")} data={sexes} allowDeselect={false} key={form.key("sex")} {...form.getInputProps("sex")} />
            <TextInput label={t("phone")} type="tel" autoComplete="tel" key={form.key("phone")} {...form.getInputProps("phone")} />
            <TextInput label={t("email")} type="email" autoComplete="email" key={form.key("email")} {...form.getInputProps("email")} />
            <Select label={t("language")} data={languages} clearable key={form.key("language")} {...form.getInputProps("language")} />
          </SimpleGrid>
          <Title order={3}>{t("address.title")}</Title>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("address.lines")} autoComplete="address-line1" key={form.key("address.line")} {...form.getInputProps("address.line")} />
            <TextInput label={t("address.postal-code")} autoComplete="postal-code" key={form.key("address.postal_code")} {...form.getInputProps("address.postal_code")} />
            <TextInput label={t("address.city")} autoComplete="address-level2" key={form.key("address.city")} {...form.getInputProps("address.city")} />
            <TextInput label={t("address.country")} autoComplete="country" maxLength={2} key={form.key("address.country")} {...form.getInputProps("address.country")} />
          </SimpleGrid>
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function valuesOf(patient: Patient) {
  return {
    given_name: patient.given_name,
    family_name: patient.family_name,
    birth_date: patient.birth_date,
    sex: patient.sex,
    phone: patient.phone ?? "",
    email: patient.email ?? "",
    language: patient.language ?? "",
    address: {
      line: patient.address?.lines.join(", ") ?? "",
      postal_code: patient.address?.postal_code ?? "",
      city: patient.address?.city ?? "",
      country: patient.address?.country ?? "",
    },
  };
}

/** What is empty is cleared. */
function changeOf({ address, phone, email, language, ...named }: ReturnType<typeof valuesOf>): Change {
  const { line, city, country, postal_code } = address;
  return {
    ...named,
    phone: phone.trim() || null,
    email: email.trim() || null,
    language: language || null,
    address: line || city ? { lines: [line], city, country: country.toUpperCase(), postal_code: postal_code || null } : null,
  };
}
