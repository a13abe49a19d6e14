import { Badge, Button, Card, Group, Modal, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useInViewport } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { practitionerQuery } from "@/api/practitioners";
import { ProblemError } from "@/api/problems";
import { availabilityQuery, slotsQuery, visitQuery } from "@/api/visits";
import { leaveWorkList, type Move } from "@/api/workList";
import { notifyDone } from "@/components/notify";
import { PersonName } from "@/components/PersonName";
import { PractitionerName } from "@/components/PractitionerName";
import { ReasonForm } from "@/components/ReasonForm";
import { formatDay, formatTime } from "@/components/time";
import { VisitTime } from "@/components/VisitTime";
import { Failure } from "@/components/states";
import { atVersion, useVisitChanged } from "@/components/visits/change";
import { Refusal } from "@/components/visits/Refusal";
import type { View } from "@/components/visits/VisitPanel";
import { type Alternative, nearest, weekOf } from "./alternatives";

interface Props {
  move: Move;
  onOpen: (view: View) => void;
}

/** One visit that must be moved: why, since when, and the nearest ways out. */
export function Entry({ move, onOpen }: Props) {
  const { t, i18n } = useTranslation("worklist");
  const me = useMe();
  const queryClient = useQueryClient();
  const changed = useVisitChanged();
  const { ref, inViewport } = useInViewport<HTMLDivElement>();
  const [keeping, { open: keep, close: closeKeep }] = useDisclosure();
  const transfer = useMutation({
    mutationFn: async ({ practitioner_id, start }: Alternative) => {
      const visit = await queryClient.query({ ...visitQuery(move.appointment_id), staleTime: 0 });
      // What is on the screen is a second or so old: somebody may have moved it meanwhile.
      if (visit.start !== move.start) throw new ProblemError({ type: "https://salus.dev/problems/stale", title: "", status: 412 });
      return answered(
        care.POST("/v1/appointments/{appointment_id}/reschedule", {
          params: atVersion(visit),
          body: { start, ...(practitioner_id === move.practitioner_id ? {} : { practitioner_id }) },
        }),
      );
    },
    onSuccess: (visit) => {
      changed(visit);
      notifyDone(t("moved", { day: formatDay(visit.start, visit.time_zone, i18n.language), time: formatTime(visit.start, visit.time_zone, i18n.language) }));
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: ["availability"] }),
  });
  return (
    <Card component="article" ref={ref} aria-labelledby={move.appointment_id}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start" gap="xs">
          <div>
            <Title order={2} id={move.appointment_id}>
              <PersonName patientId={move.patient_id} birthDate />
            </Title>
            <VisitTime start={move.start} end={move.end} zone={move.time_zone} />
            <Text size="sm" c="dimmed">
              <PractitionerName practitionerId={move.practitioner_id} />
            </Text>
          </div>
          <Stack gap={4} align="flex-start">
            <Badge variant="light" color="orange" tt="none" fw={500}>
              {t(`cause.${move.cause}`)}
            </Badge>
            <Text size="xs" c="dimmed">
              {t("since", { day: formatDay(move.since, move.time_zone, i18n.language), time: formatTime(move.since, move.time_zone, i18n.language) })}
            </Text>
          </Stack>
        </Group>
        {transfer.isError && (
          <Refusal
            error={transfer.error}
            zone={move.time_zone}
            onChoose={({ start, end }) => transfer.mutate({ practitioner_id: transfer.variables.practitioner_id, start, end, time_zone: move.time_zone })}
            onReload={() => void queryClient.invalidateQueries({ queryKey: ["work-list"] })}
          />
        )}
        {me.can("RescheduleAppointment") && inViewport && (
          <Alternatives move={move} busy={transfer.isPending ? transfer.variables : undefined} onChoose={(alternative) => transfer.mutate(alternative)} />
        )}
        <Group gap="xs">
          {me.can("RescheduleAppointment") && (
            <Button size="xs" variant="default" onClick={() => onOpen("move")}>
              {t("other-time")}
            </Button>
          )}
          {me.can("KeepAppointment") && (
            <Button size="xs" variant="default" onClick={keep}>
              {t("keep.open")}
            </Button>
          )}
          {me.can("CancelAppointment") && (
            <Button size="xs" variant="default" c="red" onClick={() => onOpen("cancel")}>
              {t("cancel")}
            </Button>
          )}
        </Group>
      </Stack>
      <Keep move={move} opened={keeping} onClose={closeKeep} />
    </Card>
  );
}

interface AlternativesProps {
  move: Move;
  /** The one that is being taken. */
  busy: Alternative | undefined;
  onChoose: (alternative: Alternative) => void;
}

/** Free times near the old one, with the same practitioner and with others of the specialty. */
function Alternatives({ move, busy, onChoose }: AlternativesProps) {
  const { t, i18n } = useTranslation("worklist");
  const { from, to } = weekOf(move.start, move.time_zone, new Date());
  const practitioner = useQuery(practitionerQuery(move.practitioner_id));
  const own = useQuery({ ...availabilityQuery(move.practitioner_id, from, to), enabled: move.cause !== "deactivated" });
  const specialty = practitioner.data?.specialties[0];
  const others = useQuery({ ...slotsQuery(specialty ?? "general-practice", from, to), enabled: specialty !== undefined });
  const same = nearest(own.data?.slots ?? [], move.start, 3).map((slot) => ({ ...slot, practitioner_id: move.practitioner_id, time_zone: move.time_zone }));
  const colleagues = (others.data?.slots ?? []).filter(({ practitioner_id: id }) => id !== move.practitioner_id);
  const choices: Alternative[] = [...same, ...nearest(colleagues, move.start, 3)];
  if (own.isLoading || others.isLoading) return null;
  if (choices.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("no-alternatives")}
      </Text>
    );
  return (
    <div role="group" aria-label={t("alternatives")}>
      <Text size="sm" mb={6}>
        {t("alternatives")}
      </Text>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="xs" verticalSpacing="xs">
        {choices.map((choice) => (
          <Button
            key={`${choice.practitioner_id} ${choice.start}`}
            size="sm"
            h="auto"
            mih={44}
            px={4}
            py={6}
            variant="light"
            disabled={busy !== undefined}
            loading={busy?.start === choice.start && busy.practitioner_id === choice.practitioner_id}
            onClick={() => onChoose(choice)}
          >
            <span>
              {formatDay(choice.start, choice.time_zone, i18n.language)}, {formatTime(choice.start, choice.time_zone, i18n.language)}
              {choice.practitioner_id !== move.practitioner_id && (
                <Text span size="xs" display="block" fw={400}>
                  <PractitionerName practitionerId={choice.practitioner_id} />
                </Text>
              )}
            </span>
          </Button>
        ))}
      </SimpleGrid>
    </div>
  );
}

/** The visit stays where it does not fit, for a reason. */
function Keep({ move, opened, onClose }: { move: Move; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("worklist");
  const queryClient = useQueryClient();
  const { t: common } = useTranslation();
  const keep = useMutation({
    mutationFn: (reason: string) =>
      answered(care.POST("/v1/work-list/{appointment_id}/keep", { params: { path: { appointment_id: move.appointment_id } }, body: { reason } })),
    onSuccess: () => {
      notifyDone(t("keep.done"));
      leaveWorkList(queryClient, move.appointment_id);
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t("keep.title")} closeButtonProps={{ "aria-label": common("close") }}>
      <Stack>
        <Text size="sm">{t("keep.text")}</Text>
        <ReasonForm label={t("keep.reason")} missing={t("keep.missing")} submit={t("keep.submit")} busy={keep.isPending} onSubmit={(reason) => keep.mutate(reason)}>
          <Failure error={keep.error} />
        </ReasonForm>
      </Stack>
    </Modal>
  );
}
