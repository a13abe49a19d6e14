import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { dayOf, formatDate, formatTime, ownZone } from "@/components/time";

/** When something was or will be, with its year: holds and erasures are looked at years later. */
export function On({ at }: { at: string }) {
  const { i18n } = useTranslation();
  return (
    <Text component="time" inherit dateTime={at}>
      {formatDate(dayOf(at, ownZone()), i18n.language)}, {formatTime(at, ownZone(), i18n.language)}
    </Text>
  );
}
