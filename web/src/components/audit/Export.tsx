import { Alert, Button, Card, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type App, exportTrail, type Period } from "@/api/trail";
import { Page } from "@/components/Page";
import { Failure } from "@/components/states";
import { When } from "@/components/When";
import { instantOf, localOf } from "./local";
import { TrailLinks } from "./TrailLinks";

interface Props {
  app: App;
  permissions: readonly string[];
}

const DAY = 86_400_000;

/** Takes the sealed records of a time out of the house, to be verified without it. */
export function Export({ app, permissions }: Props) {
  const { t } = useTranslation("audit");
  const make = useMutation({ mutationFn: (period: Period) => exportTrail(app, period) });
  const [now] = useState(() => Date.now());
  const form = useForm({
    initialValues: { from: localOf(new Date(now - DAY).toISOString()), to: localOf(new Date(now).toISOString()) },
    validate: { to: (to, { from }) => (from && to && to < from ? t("filter.order") : null) },
  });
  const periodOf = (from: string | undefined, to: string | undefined): Period => ({ ...(from ? { from } : {}), ...(to ? { to } : {}) });
  const { next_from: next } = make.data ?? {};
  return (
    <Page title={t("export.title")} description={t("export.text")} width="text">
      <TrailLinks app={app} permissions={permissions} />
      <Card component="section">
        <form onSubmit={form.onSubmit(({ from, to }) => make.mutate(periodOf(instantOf(from), instantOf(to))))} noValidate>
          <Stack>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput type="datetime-local" label={t("filter.from")} {...form.getInputProps("from")} />
              <TextInput type="datetime-local" label={t("filter.to")} {...form.getInputProps("to")} />
            </SimpleGrid>
            <Failure error={make.error} />
            <Group justify="flex-end">
              <Button type="submit" loading={make.isPending}>
                {t("export.make")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
      {make.data && (
        <Alert color="teal" title={t("export.ready", { first: make.data.first, last: make.data.last })} role="status">
          <Stack gap="sm">
            <Text size="sm">
              {t("export.until")} <When at={make.data.expires_at} />
            </Text>
            <Group>
              <Button component="a" href={make.data.url} download size="xs" leftSection={<IconDownload size={16} stroke={1.5} />}>
                {t("export.download")}
              </Button>
              {next && (
                <Button size="xs" variant="default" onClick={() => make.mutate(periodOf(next, instantOf(form.values.to)))}>
                  {t("export.next")}
                </Button>
              )}
            </Group>
            {next && <Text size="sm">{t("export.part")}</Text>}
          </Stack>
        </Alert>
      )}
    </Page>
  );
}
