import { Text, type TextProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatDay, formatTime, ownZone } from "./time";

/** When something was, on the reader's own clock: "Sat 21 Nov, 19:06". */
export function When({ at, ...props }: { at: string } & TextProps) {
  const { i18n } = useTranslation();
  return (
    <Text component="time" dateTime={at} size="sm" c="dimmed" {...props}>
      {formatDay(at, ownZone(), i18n.language)}, {formatTime(at, ownZone(), i18n.language)}
    </Text>
  );
}
