import { Button, Card, Group, Select, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { departmentsQuery, type Practitioner, type PractitionerFilter, practitionerQuery, practitionersQuery } from "@/api/practitioners";
import { type Specialty, useSpecialtyNames } from "@/api/specialties";
import { openingsQuery } from "@/api/visits";
import { BookVisit } from "@/components/booking/BookVisit";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor } from "@/components/links";
import { More } from "@/components/More";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { Query } from "@/components/Query";
import { RowButton, Rows } from "@/components/Rows";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { addDays, dayOf, formatDay, formatTime, ownZone } from "@/components/time";

const ROUTE = "/care/patients/$patientId/book";

/** Books for a patient: whoever is asked for, or whoever is free first. */
export function Book() {
  const { t } = useTranslation("patients");
  const { patientId } = useParams({ from: ROUTE });
  const { practitioner, start } = useSearch({ from: ROUTE });
  const navigate = useNavigate({ from: "/patients/$patientId/book" });
  return (
    <Page
      title={t("book")}
      description={
        <LinkAnchor to="/patients/$patientId" params={{ patientId }} underline="hover">
          <ForWhom patientId={patientId} />
        </LinkAnchor>
      }
    >
      {practitioner ? (
        <With key={practitioner} practitionerId={practitioner} patientId={patientId} start={start} />
      ) : (
        <Choose onChoose={(chosen, at) => void navigate({ search: { practitioner: chosen, ...(at ? { start: at } : {}) } })} />
      )}
    </Page>
  );
}

function With({ practitionerId, patientId, start }: { practitionerId: string; patientId: string; start: string | undefined }) {
  const { t } = useTranslation("patients");
  const navigate = useNavigate({ from: "/patients/$patientId/book" });
  const practitioner = useQuery(practitionerQuery(practitionerId));
  const [initial] = useState(start === undefined ? undefined : { start });

  useEffect(() => {
    // It is reserved once: who loads this page again chooses anew.
    if (start) void navigate({ search: { practitioner: practitionerId }, replace: true });
  }, [start, navigate, practitionerId]);

  const done = (message: string) => {
    notifyDone(message);
    void navigate({ to: "/patients/$patientId", params: { patientId }, search: {}, replace: true });
  };
  return (
    <Query query={practitioner}>
      {(found) => (
        <>
          <Card component="section" padding="md">
            <Group justify="space-between">
              <Who practitioner={found} />
              <Button variant="default" size="xs" onClick={() => void navigate({ search: {} })}>
                {t("booking.another")}
              </Button>
            </Group>
          </Card>
          <BookVisit
            practitioner={found}
            patientId={patientId}
            initial={initial}
            onBooked={() => done(t("booking.booked"))}
            onSeries={({ appointments }) => done(t("booking.series", { count: appointments.length }))}
          />
        </>
      )}
    </Query>
  );
}

type OnChoose = (practitionerId: string, start?: string) => void;

function Choose({ onChoose }: { onChoose: OnChoose }) {
  const { t } = useTranslation("patients");
  const departments = useQuery(departmentsQuery);
  const [filter, setFilter] = useState<PractitionerFilter>({});
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, sm: 3 }} role="search">
        <TextInput
          label={t("booking.find")}
          placeholder={t("booking.find-hint")}
          leftSection={<IconSearch size={16} stroke={1.5} />}
          value={filter.query ?? ""}
          onChange={({ currentTarget }) => setFilter({ ...filter, query: currentTarget.value })}
        />
        <SpecialtySelect label={t("booking.specialty")} placeholder={t("booking.any")} clearable value={filter.specialty} onChange={(specialty) => setFilter({ ...filter, specialty })} />
        <Select
          label={t("booking.department")}
          placeholder={t("booking.any")}
          data={(departments.data ?? []).map(({ department_id, name }) => ({ value: department_id, label: name }))}
          searchable
          clearable
          limit={50}
          value={filter.department_id ?? null}
          onChange={(department) => setFilter({ ...filter, department_id: department ?? undefined })}
        />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <section>
          <Title order={2} mb="sm">
            {t("booking.first-free")}
          </Title>
          {filter.specialty ? <FirstFree specialty={filter.specialty} departmentId={filter.department_id} onChoose={onChoose} /> : <Text c="dimmed">{t("booking.choose")}</Text>}
        </section>
        <section>
          <Title order={2} mb="sm">
            {t("booking.doctors")}
          </Title>
          <Doctors filter={filter} onChoose={onChoose} />
        </section>
      </SimpleGrid>
    </Stack>
  );
}

/** The API looks at most this many days ahead. */
const DAYS = 31;
const SHOWN = 8;

function FirstFree({ specialty, departmentId, onChoose }: { specialty: Specialty; departmentId: string | undefined; onChoose: OnChoose }) {
  const { t, i18n } = useTranslation("patients");
  const today = dayOf(new Date(), ownZone());
  const slots = useInfiniteQuery(openingsQuery(specialty, today, addDays(today, DAYS - 1), departmentId));
  const [shown, setShown] = useState(SHOWN);
  const more = {
    hasNextPage: slots.hasNextPage || (slots.data?.length ?? 0) > shown,
    isFetchingNextPage: slots.isFetchingNextPage,
    fetchNextPage: () => {
      setShown(shown + SHOWN);
      if ((slots.data?.length ?? 0) < shown + SHOWN && slots.hasNextPage) void slots.fetchNextPage();
    },
  };
  return (
    <Query query={slots} isEmpty={(found) => found.length === 0 && !slots.hasNextPage} empty={<Text c="dimmed">{t("booking.none-free")}</Text>}>
      {(found) => (
        <Stack>
          <Rows label={t("booking.first-free")}>
            {found.slice(0, shown).map(({ practitioner_id: id, start, time_zone: zone }) => (
              <li key={`${start} ${id}`}>
                <RowButton onClick={() => onChoose(id, start)}>
                  <Text span fw={600}>
                    {formatDay(start, zone, i18n.language)}, {formatTime(start, zone, i18n.language)}
                  </Text>{" "}
                  <Text span c="dimmed">
                    · <PractitionerName practitionerId={id} />
                  </Text>
                </RowButton>
              </li>
            ))}
          </Rows>
          <More query={more} label={t("booking.later")} />
        </Stack>
      )}
    </Query>
  );
}

function Doctors({ filter, onChoose }: { filter: PractitionerFilter; onChoose: OnChoose }) {
  const { t } = useTranslation("patients");
  const [query] = useDebouncedValue(filter.query?.trim(), 200);
  const doctors = useInfiniteQuery({ ...practitionersQuery({ ...filter, query }), placeholderData: keepPreviousData });
  return (
    <Query
      query={doctors}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0) && !doctors.hasNextPage}
      empty={<Text c="dimmed">{t("booking.nobody")}</Text>}
    >
      {({ pages }) => (
        <Stack>
          <Rows label={t("booking.doctors")}>
            {pages
              .flatMap(({ items }) => items)
              .map((practitioner) => (
                <li key={practitioner.practitioner_id}>
                  <RowButton onClick={() => onChoose(practitioner.practitioner_id)}>
                    <Who practitioner={practitioner} />
                  </RowButton>
                </li>
              ))}
          </Rows>
          <More query={doctors} />
        </Stack>
      )}
    </Query>
  );
}

function Who({ practitioner }: { practitioner: Practitioner }) {
  const specialty = useSpecialtyNames();
  return (
    <span>
      <Text span fw={600} display="block">
        {practitioner.display_name}
      </Text>
      <Text span size="sm" c="dimmed">
        {[practitioner.specialties.map(specialty).join(", "), practitioner.department_name].filter(Boolean).join(" · ")}
      </Text>
    </span>
  );
}
