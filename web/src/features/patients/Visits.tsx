import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery, type UseInfiniteQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pastVisitsQuery, type Visit, visitsToComeQuery } from "@/api/visits";
import { More } from "@/components/More";
import { PractitionerName } from "@/components/PractitionerName";
import { RowButton, Rows } from "@/components/Rows";
import { Failure, Loading } from "@/components/states";
import { VisitTime } from "@/components/VisitTime";
import { StatusBadge } from "@/components/visits/StatusBadge";
import { VisitPanel } from "@/components/visits/VisitPanel";

/** A patient's visits to come and past; each opens beside the page. */
export function Visits({ patientId }: { patientId: string }) {
  const { t } = useTranslation("patients");
  const [open, setOpen] = useState<string>();
  const coming = useInfiniteQuery(visitsToComeQuery(patientId));
  const past = useInfiniteQuery(pastVisitsQuery(patientId));
  // What is over but was never ended belongs to the past from its beginning on.
  const now = new Date().toISOString();
  const ahead = coming.data?.pages.flatMap(({ items }) => items).filter(({ end }) => end > now);
  const over = past.data?.pages.flatMap(({ visits }) => visits).filter(({ end }) => end <= now);
  return (
    <Stack gap="xl">
      <Section
        title={t("visits.coming")}
        visits={ahead}
        query={coming}
        none={t("visits.none-coming")}
        onOpen={setOpen}
      />
      <Section
        title={t("visits.past")}
        visits={over}
        query={past}
        none={t("visits.none-past")}
        more={t("visits.earlier")}
        onOpen={setOpen}
      />
      <VisitPanel appointmentId={open} onClose={() => setOpen(undefined)} />
    </Stack>
  );
}

interface SectionProps {
  title: string;
  visits: Visit[] | undefined;
  query: UseInfiniteQueryResult;
  none: string;
  /** In place of "Show more". */
  more?: string;
  onOpen: (appointmentId: string) => void;
}

function Section({ title, visits, query, none, more, onOpen }: SectionProps) {
  return (
    <Box component="section">
      <Title order={2} mb="sm">
        {title}
      </Title>
      {!visits && query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
      {!visits && !query.error && <Loading rows={2} />}
      {visits?.length === 0 && <Text c="dimmed">{none}</Text>}
      <Rows label={title}>
        {visits?.map((visit) => (
          <li key={visit.appointment_id}>
            <RowButton onClick={() => onOpen(visit.appointment_id)}>
              <Group justify="space-between" gap="xs">
                <Box>
                  <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
                  <Text size="sm" c="dimmed">
                    <PractitionerName practitionerId={visit.practitioner_id} />
                  </Text>
                </Box>
                <StatusBadge status={visit.status} />
              </Group>
            </RowButton>
          </li>
        ))}
      </Rows>
      <Box mt="md">
        <More query={query} {...(more ? { label: more } : {})} />
      </Box>
    </Box>
  );
}
