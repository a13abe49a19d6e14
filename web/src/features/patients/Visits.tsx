import { Box, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pastVisitsQuery, type Visit, visitsToComeQuery } from "@/api/visits";
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
        error={coming.error}
        none={t("visits.none-coming")}
        more={coming.hasNextPage ? t("more") : undefined}
        loading={coming.isFetchingNextPage}
        onMore={() => void coming.fetchNextPage()}
        onRetry={() => void coming.refetch()}
        onOpen={setOpen}
      />
      <Section
        title={t("visits.past")}
        visits={over}
        error={past.error}
        none={t("visits.none-past")}
        more={past.hasNextPage ? t("visits.earlier") : undefined}
        loading={past.isFetchingNextPage}
        onMore={() => void past.fetchNextPage()}
        onRetry={() => void past.refetch()}
        onOpen={setOpen}
      />
      <VisitPanel appointmentId={open} onClose={() => setOpen(undefined)} />
    </Stack>
  );
}

interface SectionProps {
  title: string;
  visits: Visit[] | undefined;
  error: Error | null;
  none: string;
  more: string | undefined;
  loading: boolean;
  onMore: () => void;
  onRetry: () => void;
  onOpen: (appointmentId: string) => void;
}

function Section({ title, visits, error, none, more, loading, onMore, onRetry, onOpen }: SectionProps) {
  return (
    <Box component="section">
      <Title order={2} mb="sm">
        {title}
      </Title>
      {!visits && error && <Failure error={error} retry={onRetry} />}
      {!visits && !error && <Loading rows={2} />}
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
      {more && (
        <Group justify="center" mt="md">
          <Button variant="default" loading={loading} onClick={onMore}>
            {more}
          </Button>
        </Group>
      )}
    </Box>
  );
}
