import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { cityOf, differsFromOwn, formatDay, formatOffset, formatTimes, ownZone } from "./time";

interface Props {
  start: string;
  end: string;
  /** The clinic's IANA zone. */
  zone: string;
}

/** "Tue 24 Nov, 09:20–09:40 · Berlin time (GMT+1)", and below it the reader's own time where that differs. */
export function VisitTime({ start, end, zone }: Props) {
  const { t, i18n } = useTranslation();
  const own = ownZone();
  return (
    <>
      <Text span>
        <Text span fw={600}>
          {formatDay(start, zone, i18n.language)}, {formatTimes(start, end, zone, i18n.language)}
        </Text>{" "}
        <Text span c="dimmed">
          · <ZoneName zone={zone} at={start} />
        </Text>
      </Text>
      {differsFromOwn(start, zone) && (
        <Text size="sm" c="dimmed">
          {t("own-time", { day: formatDay(start, own, i18n.language), times: formatTimes(start, end, own, i18n.language) })}
        </Text>
      )}
    </>
  );
}

/** "Berlin time (GMT+1)". */
export function ZoneName({ zone, at }: { zone: string; at: string }) {
  const { t } = useTranslation();
  return t("zone", { city: cityOf(zone), offset: formatOffset(at, zone) });
}
