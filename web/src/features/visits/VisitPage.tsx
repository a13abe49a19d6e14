import { Alert, Button, Card, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendarPlus, IconCircleCheck, IconMapPin, IconRepeat, IconStethoscope, IconVideo } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Visit, visitQuery } from "@/api/visits";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor, LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { VisitTime } from "@/components/VisitTime";
import { History } from "@/components/visits/History";
import { StatusBadge } from "@/components/visits/StatusBadge";
import { useCalendarFile } from "@/components/visits/useCalendarFile";
import { useVisitPlace } from "@/components/visits/useVisitPlace";
import { isToCome, untilWords } from "@/components/visits/words";
import { CancelForm } from "./CancelForm";
import { useCancel } from "./changes";

/** One visit: what it is, what can be done about it, what has happened to it. */
export function VisitPage() {
  const { t } = useTranslation("visits");
  const { appointmentId } = useParams({ from: "/care/visits/$appointmentId" });
  const { booked } = useSearch({ from: "/care/visits/$appointmentId" });
  const visit = useQuery({ ...visitQuery(appointmentId), staleTime: 0 });
  return (
    <Page title={booked ? t("booked.title") : t("visit")} width="text">
      <Query query={visit}>
        {(found) => (
          <>
            {booked && found.status === "booked" && (
              <Alert color="teal" icon={<IconCircleCheck />} role="status">
                {t("booked.text")}
              </Alert>
            )}
            <Facts visit={found} />
            <Past visit={found} />
            <Group>
              <LinkButton to="/visits" variant="default">
                {t("all")}
              </LinkButton>
              {!isToCome(found) && (
                <LinkButton to="/book/$practitionerId" params={{ practitionerId: found.practitioner_id }} variant="light">
                  {t("again")}
                </LinkButton>
              )}
            </Group>
          </>
        )}
      </Query>
    </Page>
  );
}

function Facts({ visit }: { visit: Visit }) {
  const { t, i18n } = useTranslation("visits");
  const { doctor, place } = useVisitPlace(visit);
  const calendar = useCalendarFile();
  const cancel = useCancel(visit);
  const [asking, { open, close }] = useDisclosure();
  const toCome = isToCome(visit);
  const cancelled = () => {
    close();
    notifyDone(t("cancel.done"));
  };
  return (
    <Card component="section" aria-label={t("visit")}>
      <Stack>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <VisitTime start={visit.start} end={visit.end} zone={visit.time_zone} />
            {toCome && visit.status === "booked" && (
              <Text size="sm" c="teal" fw={600}>
                {untilWords(visit.start, visit.time_zone, i18n.language)}
              </Text>
            )}
          </div>
          <StatusBadge status={visit.status} />
        </Group>
        <Stack gap="xs">
          <Fact icon={IconStethoscope}>{doctor}</Fact>
          <Fact icon={visit.mode === "video" ? IconVideo : IconMapPin}>{place}</Fact>
          <ForWhom patientId={visit.patient_id} />
          {visit.series_id && (
            <Fact icon={IconRepeat}>
              <LinkAnchor to="/series/$seriesId" params={{ seriesId: visit.series_id }} size="sm">
                {t("series.link")}
              </LinkAnchor>
            </Fact>
          )}
        </Stack>
        {visit.reason && (
          <Text size="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-line" }}>
            <Text span c="dimmed" size="sm">
              {t("reason")}{" "}
            </Text>
            {visit.reason}
          </Text>
        )}
        {toCome && (
          <Group gap="xs">
            {visit.status === "booked" && (
              <LinkButton to="/visits/$appointmentId/move" params={{ appointmentId: visit.appointment_id }}>
                {t("move.action")}
              </LinkButton>
            )}
            <Button variant="default" leftSection={<IconCalendarPlus size={18} stroke={1.5} />} onClick={() => calendar(visit, doctor, place)}>
              {t("calendar")}
            </Button>
            {visit.status !== "arrived" && (
              <Button variant="subtle" color="red" onClick={open}>
                {t("cancel.action")}
              </Button>
            )}
          </Group>
        )}
        {visit.status === "cancelled" && (
          <Group>
            <Button size="xs" variant="default" onClick={() => calendar(visit, doctor, place)}>
              {t("calendar-remove")}
            </Button>
          </Group>
        )}
      </Stack>
      <Modal opened={asking} onClose={close} title={t("cancel.title")} closeButtonProps={{ "aria-label": t("close") }}>
        <CancelForm text={t("cancel.text")} submit={t("cancel.submit")} cancel={cancel} onDone={cancelled} onClose={close} />
      </Modal>
    </Card>
  );
}

function Fact({ icon: Icon, children }: { icon: ComponentType<{ size?: number; stroke?: number }>; children: ReactNode }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Icon size={18} stroke={1.5} aria-hidden />
      <Text size="sm">{children}</Text>
    </Group>
  );
}

function Past({ visit }: { visit: Visit }) {
  const { t } = useTranslation("visits");
  return (
    <section aria-labelledby="history">
      <Title order={2} size="h3" id="history" mb="md">
        {t("history.title")}
      </Title>
      <History visit={visit} name={(step) => t(`history.${step}`)} />
    </section>
  );
}
