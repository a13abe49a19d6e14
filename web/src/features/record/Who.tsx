import { Card, Group, Stack, Switch, Text } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useActingFor } from "@/app/acting";
import { Deed } from "@/components/audit/Deed";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor } from "@/components/links";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { When } from "@/components/When";
import { condensed } from "./condensed";
import { disclosuresQuery } from "./disclosures";

/** Who opened a patient's record, when, and why they might. */
export function Who() {
  const { t } = useTranslation("own-record");
  const { patientId, isSelf } = useActingFor();
  const [own, showOwn] = useState(false);
  const disclosures = useInfiniteQuery({ ...disclosuresQuery(patientId ?? ""), enabled: patientId !== null });
  const items = condensed(disclosures.data?.pages.flatMap((page) => page.items).filter((item) => own || !item.own) ?? []);
  return (
    <Page title={t("who.title")} description={isSelf ? t("who.text") : patientId && <ForWhom patientId={patientId} />} width="text">
      <Group justify="space-between">
        <LinkAnchor to="/record">{t("encounter.back")}</LinkAnchor>
        <Switch size="sm" label={t("who.own")} checked={own} onChange={({ currentTarget }) => showOwn(currentTarget.checked)} />
      </Group>
      <Query query={disclosures} isEmpty={() => items.length === 0} empty={<Empty icon={IconEyeOff} title={t(disclosures.hasNextPage ? "who.none-yet" : "who.none")} />}>
        {() => (
          <Card padding="md">
            <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: "none" }} aria-label={t("who.title")}>
              {items.map(({ disclosure, times }, at) => (
                <li key={`${disclosure.at} ${disclosure.action} ${at}`}>
                  <Deed record={disclosure} times={times} />
                  <When at={disclosure.at} />
                </li>
              ))}
            </Stack>
          </Card>
        )}
      </Query>
      <More query={disclosures} />
      <Text size="sm" c="dimmed">
        {t("who.note")}
      </Text>
    </Page>
  );
}
