import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconHourglassEmpty } from "@tabler/icons-react";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { isOpen, type WaitlistEntry } from "@/api/waitlist";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { PersonName } from "@/components/PersonName";
import { Empty, Failure, Loading } from "@/components/states";
import { formatDay, formatTimes } from "@/components/time";
import { useWishWords } from "@/components/waitlist/useWishWords";

/** Who waits for a doctor, page by page: a list can be long. */
const waitingQuery = (practitionerId: string) =>
  infiniteQueryOptions({
    queryKey: ["waitlist", "practitioner", practitionerId],
    queryFn: ({ signal, pageParam: cursor }) =>
      answered(care.GET("/v1/waitlist", { params: { query: { practitioner_id: practitionerId, limit: 25, ...(cursor ? { cursor } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
    refetchOnWindowFocus: "always",
  });

/** The patients who wait for a time with the reader to become free. Offers go out by themselves; here they are only seen. */
export function Waiting() {
  const { t } = useTranslation("waiting");
  const { practitioner_id: practitionerId } = useMe();
  const list = useInfiniteQuery({ ...waitingQuery(practitionerId ?? ""), enabled: practitionerId !== null });
  const entries = list.data?.pages.flatMap(({ items }) => items).filter(isOpen);
  return (
    <Page title={t("title")} description={t("text")}>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isLoading && <Loading />}
      {entries?.length === 0 && !list.hasNextPage && <Empty icon={IconHourglassEmpty} title={t("nobody")} text={t("nobody-hint")} />}
      <Stack gap="sm">{entries?.map((entry) => <Wish key={entry.waitlist_id} entry={entry} />)}</Stack>
      <More query={list} />
    </Page>
  );
}

/** Who waits, and for what. */
function Wish({ entry }: { entry: WaitlistEntry }) {
  const { t, i18n } = useTranslation("waiting");
  const words = useWishWords();
  return (
    <Card component="article" padding="md" aria-labelledby={entry.waitlist_id}>
      <Group justify="space-between" align="flex-start">
        <Title order={2} size="h3" id={entry.waitlist_id}>
          <PersonName patientId={entry.patient_id} />
        </Title>
        <Group gap="xs">
          {entry.priority === "urgent" && (
            <Badge color="red" variant="light" tt="none">
              {t("urgent")}
            </Badge>
          )}
          <Badge color={entry.status === "offered" ? "teal" : "gray"} variant="light" tt="none">
            {t(`status.${entry.status}`)}
          </Badge>
        </Group>
      </Group>
      <Text>{words(entry)}</Text>
      {entry.reason && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {entry.reason}
        </Text>
      )}
      {entry.offer && (
        <Text size="sm">
          {t("offered", { day: formatDay(entry.offer.start, entry.offer.time_zone, i18n.language), times: formatTimes(entry.offer.start, entry.offer.end, entry.offer.time_zone, i18n.language) })}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {t("since", { day: formatDay(entry.joined_at, entry.time_zone, i18n.language) })}
      </Text>
    </Card>
  );
}
