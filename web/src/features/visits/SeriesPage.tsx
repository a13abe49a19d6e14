import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { seriesQuery } from "@/api/visits";
import { ForWhom } from "@/components/ForWhom";
import { LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { VisitCard } from "@/components/visits/VisitCard";
import { CancelForm } from "./CancelForm";

/** Visits that were booked together. */
export function SeriesPage() {
  const { t } = useTranslation("visits");
  const { seriesId } = useParams({ from: "/care/series/$seriesId" });
  const { booked } = useSearch({ from: "/care/series/$seriesId" });
  const series = useQuery({ ...seriesQuery(seriesId), staleTime: 0 });
  const first = series.data?.appointments[0];
  return (
    <Page title={booked ? t("series.booked") : t("series.title")} width="text" description={first && <ForWhom patientId={first.patient_id} />}>
      <Query query={series}>
        {(found) => (
          <Stack>
            {booked && (
              <Alert color="teal" icon={<IconCircleCheck />} role="status">
                {t("series.booked-text", { count: found.appointments.length })}
              </Alert>
            )}
            {found.appointments.map((visit) => (
              <VisitCard key={visit.appointment_id} visit={visit} />
            ))}
            <Rest series={found} />
          </Stack>
        )}
      </Query>
    </Page>
  );
}

function Rest({ series }: { series: Schema<"SeriesOut"> }) {
  const { t } = useTranslation("visits");
  const [asking, { open, close }] = useDisclosure();
  const left = series.appointments.filter(({ status }) => status === "booked").length;
  const cancel = (reason: string) =>
    answered(care.POST("/v1/appointment-series/{series_id}/cancel", { params: { path: { series_id: series.series_id } }, body: { reason } }));
  const cancelled = () => {
    close();
    notifyDone(t("series.cancelled"));
  };
  return (
    <>
      <Group>
        <LinkButton to="/visits" variant="default">
          {t("all")}
        </LinkButton>
        {left > 0 ? (
          <Button variant="subtle" color="red" onClick={open}>
            {t("series.cancel", { count: left })}
          </Button>
        ) : (
          <Text c="dimmed">{t("series.nothing-left")}</Text>
        )}
      </Group>
      <Modal opened={asking} onClose={close} title={t("series.cancel", { count: left })} closeButtonProps={{ "aria-label": t("close") }}>
        <CancelForm text={t("series.cancel-text")} submit={t("series.cancel-submit")} cancel={cancel} onDone={cancelled} onClose={close} />
      </Modal>
    </>
  );
}
