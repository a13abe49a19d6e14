import { Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Entry, Written } from "@/api/record";
import { formatTime, ownZone } from "@/components/time";
import { factsOf, signName, statusName } from "./facts";
import { Measured } from "./Measured";
import { MetWith } from "./MetWith";

interface Props {
  entry: Entry;
  /** For who is no clinician. */
  plain?: boolean;
}

/** What an entry says. */
export function EntryContent({ entry, plain = false }: Props) {
  if (entry.kind === "encounter") return <Meeting entry={entry} />;
  if (entry.kind === "vitals") return <Measurements entry={entry} plain={plain} />;
  return <Facts entry={entry} />;
}

function Facts({ entry }: { entry: Entry<Exclude<Written, "vitals">> }) {
  const { t, i18n } = useTranslation("record");
  const facts = factsOf(entry, t, i18n.language);
  const details = facts.filter(({ as }) => as === "detail");
  return (
    <Stack gap={4} style={{ overflowWrap: "anywhere" }}>
      {facts
        .filter(({ as }) => as !== "detail")
        .map(({ as, label, text }) => (
          <Text key={label} fw={as === "title" ? 600 : undefined} style={{ whiteSpace: "pre-wrap" }}>
            {text}
          </Text>
        ))}
      {details.length > 0 && (
        <Group component="dl" gap="lg" m={0} style={{ rowGap: 2 }}>
          {details.map(({ label, text }) => (
            <Group key={label} gap={6}>
              <Text component="dt" size="sm" c="dimmed">
                {label}
              </Text>
              <Text component="dd" size="sm" m={0}>
                {text}
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </Stack>
  );
}

function Measurements({ entry, plain }: { entry: Entry<"vitals">; plain: boolean }) {
  const { t } = useTranslation("record");
  return (
    <Stack component="dl" gap={4} m={0}>
      {entry.content.measurements.map((measurement) => (
        <Group key={measurement.code} gap="xs" style={{ rowGap: 0 }}>
          <Text component="dt" c="dimmed" miw="13.5rem">
            {signName(measurement.code, t)}
          </Text>
          <Text component="dd" m={0}>
            <Measured measurement={measurement} plain={plain} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}

function Meeting({ entry }: { entry: Entry<"encounter"> }) {
  const { t, i18n } = useTranslation("record");
  const { class: place, practitioner_id, started_at, ended_at } = entry.content;
  const time = (at: string) => formatTime(at, ownZone(), i18n.language);
  const places: Record<string, string> = { AMB: t("class.AMB"), VR: t("class.VR"), EMER: t("class.EMER"), IMP: t("class.IMP"), HH: t("class.HH") };
  return (
    <Text>
      {places[place] ?? place}, <MetWith practitionerId={practitioner_id} />
      {started_at && <> · {ended_at ? t("from-to", { from: time(started_at), to: time(ended_at) }) : t("since", { from: time(started_at) })}</>} · {statusName(entry.status, t)}
    </Text>
  );
}
