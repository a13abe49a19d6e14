import { Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";

/** Opens the chart of a patient whom the reader does not treat, by the number on their wristband. */
export function Emergency() {
  const { t } = useTranslation("emergency");
  const me = useMe();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { number: "" },
    validate: { number: (value) => (/^pat_[0-9a-f]{32}$/.test(value.trim()) ? null : t("find.missing")) },
  });
  return (
    <Page title={t("find.title")} description={t("find.text")} width="text">
      <Card component="section">
        <form onSubmit={form.onSubmit(({ number }) => void navigate({ to: "/patients/$patientId/chart", params: { patientId: number.trim() } }))} noValidate>
          <Stack>
            <TextInput label={t("find.number")} description={t("find.number-hint")} autoComplete="off" spellCheck={false} required {...form.getInputProps("number")} />
            <Group justify="space-between">
              {me.can("SearchPatients") ? (
                <LinkButton to="/patients" variant="default">
                  {t("find.search")}
                </LinkButton>
              ) : (
                <Text size="sm" c="dimmed" maw="20rem">
                  {t("find.ask")}
                </Text>
              )}
              <Button type="submit">{t("find.open")}</Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
