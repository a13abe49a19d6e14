import { Badge, Group, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Measurement } from "@/api/record";
import { measured, type Words } from "./facts";
import { amount } from "./units";

interface Props {
  measurement: Measurement;
  /** For who is no clinician. */
  plain?: boolean;
}

/** A value with what is remarkable about it, in words, letters and an arrow besides the colour. */
export function Measured({ measurement, plain = false }: Props) {
  const { t, i18n } = useTranslation("record");
  const { flag } = measurement;
  const range = rangeOf(measurement, t, i18n.language);
  return (
    <Group gap="xs" component="span">
      <Text span fw={flag ? 700 : 500} style={{ fontVariantNumeric: "tabular-nums" }}>
        {measured(measurement, i18n.language)}
      </Text>
      {flag && <FlagBadge flag={flag} plain={plain} />}
      {range && (
        <Text span size="xs" c="dimmed">
          {range}
        </Text>
      )}
    </Group>
  );
}

export function FlagBadge({ flag, plain = false }: { flag: NonNullable<Measurement["flag"]>; plain?: boolean }) {
  const { t } = useTranslation("record");
  const Arrow = flag.startsWith("H") ? IconArrowUp : IconArrowDown;
  return (
    <Badge component="span" variant="light" color={flag.length === 2 ? "red" : "orange"} tt="none" leftSection={<Arrow size={12} stroke={2.5} />}>
      {plain ? t(`plain-flag.${flag}`) : `${flag} · ${t(`flag.${flag}`)}`}
    </Badge>
  );
}

/** What is normal at the patient's age: "normal 36.1 to 38". */
export function rangeOf({ low, high }: Pick<Measurement, "low" | "high">, t: Words, language: string): string | null {
  if (low !== null && high !== null) return t("normal", { low: amount(low, language), high: amount(high, language) });
  if (low !== null) return t("normal-from", { low: amount(low, language) });
  return high === null ? null : t("normal-to", { high: amount(high, language) });
}
