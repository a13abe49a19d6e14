import { Stack, Tabs } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pastVisitsQuery, visitsToComeQuery } from "@/api/visits";
import { useActingFor } from "@/app/acting";
import { ForWhom } from "@/components/ForWhom";
import { LinkButton } from "@/components/links";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { VisitCard } from "@/components/visits/VisitCard";
import { isToCome } from "@/components/visits/words";

export function MyVisits() {
  const { t } = useTranslation("visits");
  const { patientId, isSelf } = useActingFor();
  const [tab, setTab] = useState<string | null>("to-come");
  if (patientId === null) return null;
  return (
    <Page title={t("title")} description={isSelf ? undefined : <ForWhom patientId={patientId} />} width="text" actions={<LinkButton to="/find">{t("book")}</LinkButton>}>
      <Tabs value={tab} onChange={setTab} keepMounted={false} key={patientId}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="to-come">{t("to-come")}</Tabs.Tab>
          <Tabs.Tab value="past">{t("past")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="to-come">
          <ToCome patientId={patientId} />
        </Tabs.Panel>
        <Tabs.Panel value="past">
          <Past patientId={patientId} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ToCome({ patientId }: { patientId: string }) {
  const { t } = useTranslation("visits");
  const query = useInfiniteQuery(visitsToComeQuery(patientId));
  return (
    <Query
      query={query}
      isEmpty={({ pages }) => !pages.some(({ items }) => items.some((visit) => isToCome(visit))) && !query.hasNextPage}
      empty={<Empty title={t("none-to-come")} text={t("none-to-come-text")} action={<LinkButton to="/find">{t("find")}</LinkButton>} />}
    >
      {({ pages }) => (
        <Stack gap="sm">
          {pages.flatMap(({ items }) => items.filter((visit) => isToCome(visit)).map((visit) => <VisitCard key={visit.appointment_id} visit={visit} />))}
          <More query={query} />
        </Stack>
      )}
    </Query>
  );
}

function Past({ patientId }: { patientId: string }) {
  const { t } = useTranslation("visits");
  const query = useInfiniteQuery(pastVisitsQuery(patientId));
  return (
    <Query
      query={query}
      isEmpty={({ pages }) => pages.every(({ visits }) => visits.length === 0) && !query.hasNextPage}
      empty={<Empty title={t("none-past")} text={t("none-past-text")} />}
    >
      {({ pages }) => (
        <Stack gap="sm">
          {pages.flatMap(({ visits }) => visits.map((visit) => <VisitCard key={visit.appointment_id} visit={visit} />))}
          <More query={query} label={t("earlier")} />
        </Stack>
      )}
    </Query>
  );
}
