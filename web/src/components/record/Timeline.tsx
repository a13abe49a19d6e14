import { Chip, Group, Stack } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type Entry, type Kind, KINDS, timelineQuery } from "@/api/record";
import { More } from "@/components/More";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { EntryCard } from "./EntryCard";

interface Props {
  patientId: string;
  kind: Kind | undefined;
  onKind: (kind: Kind | undefined) => void;
  /** For who is no clinician. */
  plain?: boolean;
  actions?: (entry: Entry) => ReactNode;
}

const ALL = "all";

/** A patient's record, newest first, all of it or one kind. */
export function Timeline({ patientId, kind, onKind, plain = false, actions }: Props) {
  const { t } = useTranslation("record");
  const timeline = useInfiniteQuery(timelineQuery(patientId, kind));
  return (
    <Stack>
      <Chip.Group value={kind ?? ALL} onChange={(chosen) => onKind(KINDS.find((known) => known === chosen))}>
        <Group gap={6} role="group" aria-label={t("filter")}>
          <Chip value={ALL} size="xs">
            {t("everything")}
          </Chip>
          {KINDS.map((each) => (
            <Chip key={each} value={each} size="xs">
              {t(plain ? `plain.${each}` : `kind.${each}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Query query={timeline} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Empty icon={IconFileText} title={t("none")} />}>
        {({ pages }) => (
          <Stack gap="sm">
            {pages
              .flatMap(({ items }) => items)
              .map((entry) => (
                <EntryCard key={entry.entry_id} entry={entry} plain={plain} actions={actions?.(entry)} />
              ))}
          </Stack>
        )}
      </Query>
      <More query={timeline} />
    </Stack>
  );
}
