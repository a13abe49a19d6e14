import { SimpleGrid, Stack, Text } from "@mantine/core";
import { IconHourglass } from "@tabler/icons-react";
import { infiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { PractitionerSelect } from "@/components/PractitionerSelect";
import { Query } from "@/components/Query";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { Empty } from "@/components/states";
import { WaitEntry } from "@/components/waitlist/WaitEntry";
import type { LineSearch } from "./routes";

/** Those who wait for a practitioner or anybody of a specialty, first who is asked first. */
const lineQuery = ({ practitioner, specialty }: LineSearch) =>
  infiniteQueryOptions({
    queryKey: ["waitlist", "line", practitioner, specialty],
    queryFn: ({ pageParam: cursor, signal }) =>
      answered(
        care.GET("/v1/waitlist", {
          params: { query: { ...(practitioner ? { practitioner_id: practitioner } : specialty ? { specialty } : {}), ...(cursor ? { cursor } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    enabled: practitioner !== undefined || specialty !== undefined,
    refetchInterval: 15_000,
    refetchOnWindowFocus: "always",
  });

/** The line before a door: who waits, how urgently, and who has an offer now. */
export function Line() {
  const { t } = useTranslation("desk");
  const search = useSearch({ from: "/care/waiting" });
  const navigate = useNavigate({ from: "/waiting" });
  const line = useInfiniteQuery(lineQuery(search));
  return (
    <Page title={t("title")} description={t("text")}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} role="search">
        <PractitionerSelect
          label={t("practitioner")}
          placeholder={t("begin")}
          value={search.practitioner} onChange={(practitioner) => void navigate({ search: practitioner ? { practitioner } : {}, replace: true })} />
        <SpecialtySelect
          label={t("specialty")}
          placeholder={t("any")}
          clearable
          value={search.specialty}
          onChange={(specialty) => void navigate({ search: specialty ? { specialty } : {}, replace: true })}
        />
      </SimpleGrid>
      {search.practitioner || search.specialty ? (
        <Query
          query={line}
          isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0) && !line.hasNextPage}
          empty={<Empty icon={IconHourglass} title={t("nobody")} />}
        >
          {({ pages }) => (
            <Stack>
              <Text size="sm" c="dimmed">
                {t("order")}
              </Text>
              {pages
                .flatMap(({ items }) => items)
                .map((entry) => (
                  <WaitEntry key={entry.waitlist_id} entry={entry} />
                ))}
              <More query={line} />
            </Stack>
          )}
        </Query>
      ) : (
        <Empty icon={IconHourglass} title={t("choose")} />
      )}
    </Page>
  );
}
