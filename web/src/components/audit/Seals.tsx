import { Alert, Badge, Button, Card, Code, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type App, type Seal, sealsQuery, verify } from "@/api/trail";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty, Failure } from "@/components/states";
import { When } from "@/components/When";
import { TrailLinks } from "./TrailLinks";

interface Props {
  app: App;
  permissions: readonly string[];
}

/** The seals over the trail; each can be verified with every record under it. */
export function Seals({ app, permissions }: Props) {
  const { t } = useTranslation("audit");
  const seals = useInfiniteQuery(sealsQuery(app));
  return (
    <Page title={t("seals.title")} description={t("seals.text")}>
      <TrailLinks app={app} permissions={permissions} />
      <Query query={seals} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Empty icon={IconShieldCheck} title={t("seals.none")} />}>
        {({ pages }) => (
          <Stack gap="sm">
            {pages
              .flatMap(({ items }) => items)
              .map((seal) => (
                <OneSeal key={seal.number} app={app} seal={seal} verifiable={permissions.includes("VerifySeal")} />
              ))}
          </Stack>
        )}
      </Query>
      <More query={seals} />
    </Page>
  );
}

function OneSeal({ app, seal, verifiable }: { app: App; seal: Seal; verifiable: boolean }) {
  const { t } = useTranslation("audit");
  const check = useMutation({ mutationFn: () => verify(app, seal.number) });
  const title = `seal-${seal.number}`;
  return (
    <Card component="section" padding="md" aria-labelledby={title}>
      <Group justify="space-between" align="flex-start">
        <Stack gap={2} miw={0} flex="1 1 16rem">
          <Group gap="xs">
            <Title order={2} size="h4" id={title}>
              {t("seals.number", { number: seal.number })}
            </Title>
            {seal.late && (
              <Badge variant="light" color="gray" tt="none">
                {t("seals.late")}
              </Badge>
            )}
          </Group>
          <Text size="sm">
            {t("seals.count", { count: seal.count })} · {t("seals.until")} <When at={seal.until} />
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {t("seals.root")} <Code>{seal.root}</Code>
          </Text>
        </Stack>
        {verifiable && (
          <Button variant="default" size="xs" loading={check.isPending} onClick={() => check.mutate()}>
            {t("seals.verify")}
          </Button>
        )}
      </Group>
      <Stack gap="xs" mt={check.isIdle ? 0 : "sm"} aria-live="polite">
        {check.isPending && (
          <Text size="sm" c="dimmed">
            {t("seals.verifying")}
          </Text>
        )}
        {check.data?.verified && (
          <Alert color="teal" icon={<IconShieldCheck />} title={t("seals.sound")}>
            {t("seals.sound-text", { count: seal.count })}
          </Alert>
        )}
        {check.data && !check.data.verified && (
          <Alert color="red" icon={<IconAlertTriangle />} title={t("seals.broken")}>
            {check.data.finding}
          </Alert>
        )}
        <Failure error={check.error} />
      </Stack>
    </Card>
  );
}
