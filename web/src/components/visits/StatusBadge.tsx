import { Badge } from "@mantine/core";
import { IconCheck, IconClock, IconDoorEnter, IconStethoscope, IconUserOff, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";

const LOOKS = {
  booked: { color: "blue", icon: IconClock },
  "checked-in": { color: "teal", icon: IconDoorEnter },
  arrived: { color: "violet", icon: IconStethoscope },
  fulfilled: { color: "gray", icon: IconCheck },
  cancelled: { color: "gray", icon: IconX },
  noshow: { color: "orange", icon: IconUserOff },
} as const satisfies Record<Visit["status"], unknown>;

export function StatusIcon({ status, size = 14 }: { status: Visit["status"]; size?: number }) {
  const { icon: Icon } = LOOKS[status];
  return <Icon size={size} stroke={1.5} aria-hidden style={{ flex: "none" }} />;
}

/** A visit's status in a word, an icon and a colour. */
export function StatusBadge({ status }: { status: Visit["status"] }) {
  const { t } = useTranslation("visit");
  return (
    <Badge variant="light" color={LOOKS[status].color} tt="none" fw={500} leftSection={<StatusIcon status={status} />} style={{ flexShrink: 0 }}>
      {t(`status.${status}`)}
    </Badge>
  );
}
