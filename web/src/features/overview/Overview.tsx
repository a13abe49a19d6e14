import { Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconCalendarHeart, IconHourglass, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { familyQuery, patientQuery } from "@/api/patients";
import { type Visit, visitsToComeQuery } from "@/api/visits";
import { waitlistQuery } from "@/api/waitlist";
import { useActingFor } from "@/app/acting";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor, LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { Empty } from "@/components/states";
import { VisitCard } from "@/components/visits/VisitCard";
import { Offer, offered } from "@/components/waitlist/Offer";
import { isToCome } from "@/components/visits/words";
import { Family } from "./Family";
import { NextVisit } from "./NextVisit";

/** Where a patient begins: what waits for an answer, what comes next, and the way to a doctor. */
export function Overview() {
  const { t } = useTranslation("overview");
  const me = useMe();
  const { patientId, isSelf } = useActingFor();
  const patient = useQuery({ ...patientQuery(patientId ?? ""), enabled: patientId !== null });
  const family = useQuery({ ...familyQuery(me.patient_id ?? ""), enabled: me.patient_id !== null });
  if (patientId === null) return null;
  const name = patient.data?.given_name ?? "";
  return (
    <Page title={isSelf ? t("hello", { name }) : t("for", { name })} description={!isSelf && <ForWhom patientId={patientId} />}>
      <Waiting key={patientId} patientId={patientId} />
      <Visits patientId={patientId} />
      <Search />
      {family.data && family.data.acts_for.length > 0 && <Family patientIds={family.data.acts_for} />}
    </Page>
  );
}

/** Offers first, because they do not wait; then that somebody waits at all. */
function Waiting({ patientId }: { patientId: string }) {
  const { t } = useTranslation("overview");
  const { data } = useInfiniteQuery(waitlistQuery(patientId));
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  const waiting = entries.filter(({ status }) => status === "waiting").length;
  return (
    <>
      <div aria-live="polite" style={{ display: "contents" }}>
        {offered(entries).map((entry) => (
          <Offer key={`${entry.waitlist_id} ${entry.version}`} entry={entry} />
        ))}
      </div>
      {waiting > 0 && (
        <Group gap="xs" wrap="nowrap">
          <IconHourglass size={20} stroke={1.5} aria-hidden />
          <Text size="sm">
            {t("waiting", { count: waiting })}{" "}
            <LinkAnchor to="/waitlist" size="sm">
              {t("to-waitlist")}
            </LinkAnchor>
          </Text>
        </Group>
      )}
    </>
  );
}

/** So many of the visits to come are shown besides the next one. */
const FURTHER = 3;

function Visits({ patientId }: { patientId: string }) {
  const { t } = useTranslation("overview");
  const query = useInfiniteQuery(visitsToComeQuery(patientId));
  const toCome = query.data?.pages.flatMap(({ items }) => items.filter((visit) => isToCome(visit)));
  return (
    <Query query={query} isEmpty={() => toCome?.length === 0} empty={<NoVisits />}>
      {() => <Coming visits={toCome ?? []} label={t("next")} />}
    </Query>
  );
}

function Coming({ visits: [next, ...further], label }: { visits: Visit[]; label: string }) {
  const { t } = useTranslation("overview");
  if (!next) return null;
  return (
    <Stack>
      <section aria-label={label}>
        <NextVisit visit={next} />
      </section>
      {further.length > 0 && (
        <Stack gap="sm" component="section" aria-labelledby="further">
          <Group justify="space-between">
            <Title order={2} size="h3" id="further">
              {t("further")}
            </Title>
            <LinkButton to="/visits" variant="subtle" size="compact-sm">
              {t("all")}
            </LinkButton>
          </Group>
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
            {further.slice(0, FURTHER).map((visit) => (
              <VisitCard key={visit.appointment_id} visit={visit} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Stack>
  );
}

function NoVisits() {
  const { t } = useTranslation("overview");
  return (
    <Card>
      <Empty icon={IconCalendarHeart} title={t("none")} text={t("none-text")} action={<LinkButton to="/find">{t("find")}</LinkButton>} />
    </Card>
  );
}

/** The shortest way to a free time: a specialty, then whoever is free first. */
function Search() {
  const { t } = useTranslation("overview");
  const navigate = useNavigate();
  return (
    <Card component="section" aria-labelledby="search">
      <Stack>
        <div>
          <Title order={2} id="search">
            {t("search")}
          </Title>
          <Text c="dimmed" size="sm" mt={4}>
            {t("search-text")}
          </Text>
        </div>
        <Group align="flex-end">
          <SpecialtySelect
            label={t("specialty")}
            placeholder={t("specialty-hint")}
            leftSection={<IconSearch size={18} stroke={1.5} />}
            value={undefined}
            onChange={(specialty) => specialty && void navigate({ to: "/find", search: { view: "first-free", specialty } })}
            flex={1}
            miw="14rem"
          />
          <LinkButton to="/find" variant="default">
            {t("by-name")}
          </LinkButton>
        </Group>
      </Stack>
    </Card>
  );
}
