import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { type Specialty, useSpecialtyNames } from "@/api/specialties";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { isOpen, type WaitlistEntry, waitlistQuery } from "@/api/waitlist";
import { useActingFor } from "@/app/acting";
import { confirm } from "@/components/confirm";
import { ForWhom } from "@/components/ForWhom";
import { LinkButton } from "@/components/links";
import { More } from "@/components/More";
import { notifyDone, notifyFailure } from "@/components/notify";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { Offer, offered } from "@/components/waitlist/Offer";
import { useWishWords } from "@/components/waitlist/useWishWords";

/** What a patient waits for, offers first. */
export function Waitlist() {
  const { t } = useTranslation("waitlist");
  const { patientId } = useActingFor();
  if (patientId === null) return null;
  return (
    <Page title={t("title")} description={<ForWhom patientId={patientId} />} width="text" actions={<LinkButton to="/waitlist/join">{t("join")}</LinkButton>}>
      <Entries key={patientId} patientId={patientId} />
    </Page>
  );
}

function Entries({ patientId }: { patientId: string }) {
  const { t } = useTranslation("waitlist");
  const query = useInfiniteQuery(waitlistQuery(patientId));
  return (
    <Query
      query={query}
      isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0) && !query.hasNextPage}
      empty={<Empty icon={IconHourglass} title={t("none")} text={t("none-text")} action={<LinkButton to="/waitlist/join">{t("join")}</LinkButton>} />}
    >
      {({ pages }) => {
        const entries = pages.flatMap(({ items }) => items);
        const closed = entries.filter((entry) => !isOpen(entry));
        return (
          <Stack gap="lg">
            <div aria-live="polite" style={{ display: "contents" }}>
              {offered(entries).map((entry) => (
                <Offer key={`${entry.waitlist_id} ${entry.version}`} entry={entry} />
              ))}
            </div>
            {entries.filter(isOpen).map((entry) => (
              <Entry key={entry.waitlist_id} entry={entry} />
            ))}
            {closed.length > 0 && (
              <Stack component="section" aria-labelledby="over" gap="sm">
                <Title order={2} size="h3" id="over">
                  {t("over")}
                </Title>
                {closed.map((entry) => (
                  <Entry key={entry.waitlist_id} entry={entry} />
                ))}
              </Stack>
            )}
            <More query={query} />
          </Stack>
        );
      }}
    </Query>
  );
}

const COLOURS: Record<WaitlistEntry["status"], string> = { waiting: "blue", offered: "teal", booked: "teal", withdrawn: "gray", expired: "gray" };

function Entry({ entry }: { entry: WaitlistEntry }) {
  const { t } = useTranslation("waitlist");
  const specialty = useSpecialtyNames();
  const words = useWishWords();
  const problems = useProblems();
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => answered(care.DELETE("/v1/waitlist/{waitlist_id}", { params: { path: { waitlist_id: entry.waitlist_id } } })),
    onSuccess: () => notifyDone(t("withdrawn")),
    onError: (error) => notifyFailure(problems.text(error)),
    onSettled: () => visitsChanged(queryClient),
  });
  const ask = async () => {
    if (await confirm({ title: t("withdraw-title"), text: t("withdraw-text"), confirm: t("withdraw"), danger: true })) withdraw.mutate();
  };
  return (
    <Card component="article" padding="md">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Title order={3}>{entry.practitioner_id ? <PractitionerName practitionerId={entry.practitioner_id} /> : t("anybody", { specialty: specialty((entry.specialty ?? "general-practice") as Specialty) })}</Title>
          <Badge variant="light" color={COLOURS[entry.status]} tt="none" style={{ flex: "none" }}>
            {t(`status.${entry.status}`)}
          </Badge>
        </Group>
        <Text size="sm">{words(entry)}</Text>
        {entry.status === "waiting" && (
          <Text size="sm" c="dimmed">
            {t("waiting-text")}
          </Text>
        )}
        <Group gap="xs">
          {entry.appointment_id && entry.status === "booked" && (
            <LinkButton to="/visits/$appointmentId" params={{ appointmentId: entry.appointment_id }} size="xs" variant="default">
              {t("see-visit")}
            </LinkButton>
          )}
          {isOpen(entry) && (
            <Button size="xs" variant="default" loading={withdraw.isPending} onClick={() => void ask()}>
              {t("withdraw")}
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}
