import { Text, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { practitionerQuery } from "@/api/practitioners";
import type { Visit } from "@/api/visits";
import { formatDay, formatTime, formatTimes } from "../time";
import { changesIn, type Entry } from "./entries";
import { useRoom } from "./useVisitPlace";

interface Props {
  visit: Visit;
  /** What a step is called for this reader. */
  name: (step: Entry["step"]) => string;
  newestFirst?: boolean;
}

/** What happened to a visit, step by step, and what each step changed. */
export function History({ visit, name, newestFirst = false }: Props) {
  const { i18n } = useTranslation();
  const zone = visit.time_zone;
  const steps = visit.history.map((entry, at) => ({ entry, before: visit.history[at - 1] }));
  return (
    <Timeline bulletSize={14} lineWidth={2} active={steps.length}>
      {(newestFirst ? steps.toReversed() : steps).map(({ entry, before }) => (
        <Timeline.Item key={entry.version} title={name(entry.step)}>
          {before ? <Changes before={before} after={entry} zone={zone} /> : <Text size="sm">{timeOf(entry, zone, i18n.language)}</Text>}
          {entry.reason && (
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {entry.reason}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {formatDay(entry.at, zone, i18n.language)}, {formatTime(entry.at, zone, i18n.language)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Changes({ before, after, zone }: { before: Entry; after: Entry; zone: string }) {
  const { t, i18n } = useTranslation("visits");
  const [from, to] = [useQuery(practitionerQuery(before.practitioner_id)), useQuery(practitionerQuery(after.practitioner_id))];
  const [old, present] = [useRoom(before), useRoom(after)];
  const values = {
    time: [timeOf(before, zone, i18n.language), timeOf(after, zone, i18n.language)],
    practitioner: [from.data?.display_name, to.data?.display_name],
    room: [before.room_id ? old?.name : t("history.no-room"), after.room_id ? present?.name : t("history.no-room")],
  } as const;
  return changesIn(before, after).map((change) => (
    <Text key={change} size="sm">
      {t(`history.changed.${change}`, { before: values[change][0] ?? "…", after: values[change][1] ?? "…" })}
    </Text>
  ));
}

function timeOf({ start, end }: Entry, zone: string, language: string): string {
  return `${formatDay(start, zone, language)}, ${formatTimes(start, end, zone, language)}`;
}
