import { Alert, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconConfetti } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { practitionerQuery } from "@/api/practitioners";
import { problemOf } from "@/api/problems";
import { visitsChanged } from "@/api/visits";
import type { WaitlistEntry } from "@/api/waitlist";
import { Countdown } from "@/components/Countdown";
import { ForWhom } from "@/components/ForWhom";
import { notifyDone } from "@/components/notify";
import { VisitTime } from "@/components/VisitTime";
import { Failure } from "@/components/states";

type Offered = WaitlistEntry & { offer: NonNullable<WaitlistEntry["offer"]> };

/** Those entries that have an offer now. */
export function offered(entries: readonly WaitlistEntry[]): Offered[] {
  return entries.filter((entry): entry is Offered => entry.status === "offered" && entry.offer !== null);
}

/** A time that has become free and is kept for who waited for it, until the countdown ends. */
export function Offer({ entry }: { entry: Offered }) {
  const { t } = useTranslation("waitlist");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { offer, waitlist_id } = entry;
  const { data: practitioner } = useQuery(practitionerQuery(offer.practitioner_id));
  // The version on the screen: nothing is taken or given up but this offer.
  const params = { path: { waitlist_id }, header: { "If-Match": `"${entry.version}"` } };
  const renew = () => visitsChanged(queryClient);
  const accept = useMutation({
    mutationFn: () => answered(care.POST("/v1/waitlist/{waitlist_id}/accept", { params })),
    onSuccess: async ({ appointment_id: appointmentId }) => {
      renew();
      await navigate({ to: "/visits/$appointmentId", params: { appointmentId }, search: { booked: true } });
    },
  });
  const decline = useMutation({
    mutationFn: () => answered(care.POST("/v1/waitlist/{waitlist_id}/decline", { params })),
    onSuccess: () => {
      renew();
      notifyDone(t("declined"));
    },
  });
  const error = accept.error ?? decline.error;
  const gone = error !== null && (problemOf(error, "offer-gone") ?? problemOf(error, "stale")) !== undefined;
  return (
    <Card component="section" aria-label={t("offer")} style={{ borderColor: "var(--mantine-primary-color-filled)" }}>
      <Stack>
        <Group gap="xs" wrap="nowrap">
          <IconConfetti aria-hidden />
          <Title order={2} size="h3">
            {t("offer")}
          </Title>
        </Group>
        <div>
          <Text fw={600}>{practitioner?.display_name ?? "…"}</Text>
          <VisitTime start={offer.start} end={offer.end} zone={offer.time_zone} />
        </div>
        <ForWhom patientId={entry.patient_id} />
        {gone ? (
          <Alert color="orange" role="alert" title={t("gone")}>
            <Stack gap="sm" align="start">
              <Text size="sm">{t("gone-text")}</Text>
              <Button size="xs" variant="default" onClick={renew}>
                {t("keep-waiting")}
              </Button>
            </Stack>
          </Alert>
        ) : (
          <>
            <Text size="sm">
              {t("kept")} <Countdown until={offer.expires_at} onEnd={renew} />
            </Text>
            <Failure error={error} />
            <Group gap="xs">
              <Button loading={accept.isPending} disabled={decline.isPending} onClick={() => accept.mutate()}>
                {t("accept")}
              </Button>
              <Button variant="default" loading={decline.isPending} disabled={accept.isPending} onClick={() => decline.mutate()}>
                {t("decline")}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Card>
  );
}
