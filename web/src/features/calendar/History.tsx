import { Text, Timeline, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { formatDay, formatTime } from "@/components/time";
import type { Visit } from "@/api/visits";

/** What has happened to a visit, the latest first. */
export function History({ visit }: { visit: Visit }) {
  const { t, i18n } = useTranslation("calendar");
  const me = useMe();
  const zone = visit.time_zone;
  const when = (instant: string) => `${formatDay(instant, zone, i18n.language)}, ${formatTime(instant, zone, i18n.language)}`;
  return (
    <section>
      <Title order={3} mb="sm">
        {t("history.title")}
      </Title>
      <Timeline bulletSize={12} lineWidth={2} active={visit.history.length}>
        {visit.history.toReversed().map((entry) => (
          <Timeline.Item key={entry.version} title={t(`history.${entry.step}`)}>
            {(entry.step === "book" || entry.step === "reschedule") && <Text size="sm">{t("history.for", { when: when(entry.start) })}</Text>}
            {entry.reason && (
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {entry.reason}
              </Text>
            )}
            <Text size="sm" c="dimmed">
              {entry.actor === me.user_id ? t("history.by-you", { when: when(entry.at) }) : when(entry.at)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
