import { Button, Group, SegmentedControl, Stack } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { accessesQuery, type ReviewState } from "@/api/emergency";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { Access } from "./Access";

/** Who has broken the glass: what waits for somebody else to look at it, and what was found. */
export function Reviews() {
  const { t } = useTranslation("emergency");
  const { state = "open" } = useSearch({ from: "/care/emergency/reviews" });
  const navigate = useNavigate({ from: "/emergency/reviews" });
  const accesses = useInfiniteQuery(accessesQuery(state));
  const choose = (chosen: string) => void navigate({ search: chosen === "reviewed" ? { state: chosen } : {}, replace: true });
  return (
    <Page title={t("reviews.title")} description={t("reviews.text")}>
      <Stack>
        <SegmentedControl
          aria-label={t("reviews.which")}
          data={(["open", "reviewed"] satisfies ReviewState[]).map((value) => ({ value, label: t(`reviews.${value}`) }))}
          value={state}
          onChange={choose}
          maw="24rem"
        />
        <Query query={accesses} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Empty icon={IconCircleCheck} title={t(`reviews.none-${state}`)} />}>
          {({ pages }) => (
            <Stack>
              {pages
                .flatMap(({ items }) => items)
                .map((access) => (
                  <Access key={access.emergency_id} access={access} />
                ))}
            </Stack>
          )}
        </Query>
        {accesses.hasNextPage && (
          <Group justify="center">
            <Button variant="default" loading={accesses.isFetchingNextPage} onClick={() => void accesses.fetchNextPage()}>
              {t("reviews.more")}
            </Button>
          </Group>
        )}
      </Stack>
    </Page>
  );
}
