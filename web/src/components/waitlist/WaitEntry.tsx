import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failure } from "../states";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { type Specialty, useSpecialtyNames } from "@/api/specialties";
import { visitsChanged } from "@/api/visits";
import { isOpen, type WaitlistEntry } from "@/api/waitlist";
import { confirm } from "../confirm";
import { Countdown } from "../Countdown";
import { LinkAnchor } from "../links";
import { notifyDone } from "../notify";
import { PersonName } from "../PersonName";
import { PractitionerName } from "../PractitionerName";
import { formatDay, formatTime } from "../time";
import { VisitTime } from "../VisitTime";
import { useWishWords } from "./useWishWords";

interface Props {
  entry: WaitlistEntry;
  /** It stands on the patient's own page. */
  known?: boolean;
}

/** Who waits for what, as the desk sees it: it accepts an offer for the patient, or takes them off the list. */
export function WaitEntry({ entry, known = false }: Props) {
  const { t, i18n } = useTranslation("desk");
  const queryClient = useQueryClient();
  const specialty = useSpecialtyNames();
  const words = useWishWords();
  const params = { path: { waitlist_id: entry.waitlist_id } };
  const renew = () => visitsChanged(queryClient);
  const accept = useMutation({
    mutationFn: () => answered(care.POST("/v1/waitlist/{waitlist_id}/accept", { params: { ...params, header: { "If-Match": `"${entry.version}"` } } })),
    onSuccess: () => notifyDone(t("accepted")),
    onSettled: renew,
  });
  const withdraw = useMutation({
    mutationFn: () => answered(care.DELETE("/v1/waitlist/{waitlist_id}", { params })),
    onSuccess: () => notifyDone(t("withdrawn")),
    onSettled: renew,
  });
  const ask = async () => {
    if (await confirm({ title: t("withdraw-title"), text: t("withdraw-text"), confirm: t("withdraw"), danger: true })) withdraw.mutate();
  };
  const target = entry.practitioner_id ? <PractitionerName practitionerId={entry.practitioner_id} /> : specialty((entry.specialty ?? "general-practice") as Specialty);
  const error = accept.error ?? withdraw.error;
  const open = isOpen(entry);
  return (
    <Card component="article" padding="md" aria-labelledby={entry.waitlist_id}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" gap="xs">
          <Title order={3} id={entry.waitlist_id}>
            {known ? (
              target
            ) : (
              <LinkAnchor to="/patients/$patientId" params={{ patientId: entry.patient_id }} search={{ tab: "waitlist" }} inherit>
                <PersonName patientId={entry.patient_id} birthDate />
              </LinkAnchor>
            )}
          </Title>
          <Group gap={6}>
            {entry.priority === "urgent" && (
              <Badge variant="light" color="red" tt="none" fw={500}>
                {t("urgent")}
              </Badge>
            )}
            <Badge variant="light" color={entry.status === "offered" ? "teal" : open ? "blue" : "gray"} tt="none" fw={500}>
              {t(`status.${entry.status}`)}
            </Badge>
          </Group>
        </Group>
        <Text size="sm">
          {!known && <>{target} · </>}
          {words(entry)}
        </Text>
        <Text size="sm" c="dimmed">
          {t("since", { day: formatDay(entry.joined_at, entry.time_zone, i18n.language), time: formatTime(entry.joined_at, entry.time_zone, i18n.language) })}
          {entry.reason && ` · ${entry.reason}`}
        </Text>
        {entry.offer && (
          <Alert variant="light" title={t("offer")}>
            <PractitionerName practitionerId={entry.offer.practitioner_id} />
            <div>
              <VisitTime start={entry.offer.start} end={entry.offer.end} zone={entry.offer.time_zone} />
            </div>
            {t("kept")} <Countdown until={entry.offer.expires_at} onEnd={renew} />
          </Alert>
        )}
        <Failure error={error} />
        {open && (
          <Group gap="xs">
            {entry.offer && (
              <Button size="xs" loading={accept.isPending} disabled={withdraw.isPending} onClick={() => accept.mutate()}>
                {t("accept")}
              </Button>
            )}
            <Button size="xs" variant="default" loading={withdraw.isPending} disabled={accept.isPending} onClick={() => void ask()}>
              {t("withdraw")}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}
