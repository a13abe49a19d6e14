import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { type Specialty, useSpecialtyNames } from "@/api/specialties";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { confirm } from "../confirm";
import { Countdown } from "../Countdown";
import { LinkAnchor } from "../links";
import { notifyDone } from "../notify";
import { PersonName } from "../PersonName";
import { PractitionerName } from "../PractitionerName";
import { addDays, formatDate, formatDay, formatTime } from "../time";
import { VisitTime } from "../VisitTime";

type Entry = Schema<"WaitlistEntryOut">;

/** Who waits for what, as the desk sees it: it accepts an offer for the patient, or takes them off the list. */
export function WaitEntry({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation("desk");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const specialty = useSpecialtyNames();
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
  const day = (date: string) => formatDate(date, i18n.language, { day: "numeric", month: "short" });
  const weekdays = entry.weekdays.map((number) => formatDate(addDays(A_MONDAY, number), i18n.language, { weekday: "short" })).join(", ");
  const hours = entry.earliest || entry.latest ? `${entry.earliest ?? "00:00"}–${entry.latest ?? "24:00"}` : undefined;
  const wish = [`${day(entry.from)} – ${day(entry.to)}`, weekdays, hours, t(`mode.${entry.mode}`)].filter(Boolean).join(" · ");
  const error = accept.error ?? withdraw.error;
  const open = entry.status === "waiting" || entry.status === "offered";
  return (
    <Card component="article" padding="md" aria-labelledby={entry.waitlist_id}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" gap="xs">
          <Title order={3} id={entry.waitlist_id}>
            <LinkAnchor to="/patients/$patientId" params={{ patientId: entry.patient_id }} search={{ tab: "waitlist" }} inherit>
              <PersonName patientId={entry.patient_id} birthDate />
            </LinkAnchor>
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
          {entry.practitioner_id ? <PractitionerName practitionerId={entry.practitioner_id} /> : specialty((entry.specialty ?? "general-practice") as Specialty)} · {wish}
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
        {error && (
          <Alert color="red" role="alert">
            {problems.text(error)}
          </Alert>
        )}
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

/** The API counts weekdays from Monday. */
const A_MONDAY = "2026-11-23";
