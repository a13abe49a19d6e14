import { Button, Card, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";

/** Who looks after privacy need not know names: they go by a patient's number. */
export function Find() {
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { number: "" },
    validate: { number: (value) => (/^pat_[0-9a-f]{32}$/.test(value.trim()) ? null : t("find.missing")) },
  });
  return (
    <Page title={t("find.title")} description={t("find.text")} width="text">
      <Card component="section">
        <form onSubmit={form.onSubmit(({ number }) => void navigate({ to: "/patients/$patientId/privacy", params: { patientId: number.trim() } }))} noValidate>
          <Stack>
            <TextInput label={t("find.number")} description={t("find.number-hint")} autoComplete="off" spellCheck={false} required {...form.getInputProps("number")} />
            <Group justify="flex-end">
              <Button type="submit">{t("find.open")}</Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
