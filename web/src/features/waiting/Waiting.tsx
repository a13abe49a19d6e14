import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconHourglassEmpty } from "@tabler/icons-react";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { Page } from "@/components/Page";
import { PersonName } from "@/components/PersonName";
import { Empty, Failure, Loading } from "@/components/states";
import { cityOf, formatDate, formatDay, formatTimes } from "@/components/time";

type Entry = Schema<"WaitlistEntryOut">;

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
  const entries = list.data?.pages.flatMap(({ items }) => items).filter(({ status }) => status === "waiting" || status === "offered");
  return (
    <Page title={t("title")} description={t("text")}>
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isLoading && <Loading />}
      {entries?.length === 0 && !list.hasNextPage && <Empty icon={IconHourglassEmpty} title={t("nobody")} text={t("nobody-hint")} />}
      <Stack gap="sm">{entries?.map((entry) => <Wish key={entry.waitlist_id} entry={entry} />)}</Stack>
      {list.hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("more")}
          </Button>
        </Group>
      )}
    </Page>
  );
}

/** Who waits, and for what. */
function Wish({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation("waiting");
  const date = (day: string) => formatDate(day, i18n.language, { day: "numeric", month: "short", year: "numeric" });
  const days = entry.weekdays.map((day) => formatDate(`2024-01-0${day + 1}`, i18n.language, { weekday: "short" }));
  const clock = entry.earliest || entry.latest ? t("between", { earliest: entry.earliest ?? "00:00", latest: entry.latest ?? "24:00", city: cityOf(entry.time_zone) }) : undefined;
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
      <Text>{t("wish", { from: date(entry.from), to: date(entry.to) })}</Text>
      <Text size="sm">{[days.length > 0 && days.length < 7 ? days.join(", ") : undefined, clock, t(`mode.${entry.mode}`)].filter(Boolean).join(" · ")}</Text>
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
