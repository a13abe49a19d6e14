import { Badge } from "@mantine/core";
import { IconCalendarEvent, IconCheck, IconHourglass, IconProgress, IconUserOff, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Status } from "./visits";

export const STATUSES = ["booked", "checked-in", "arrived", "fulfilled", "noshow", "cancelled"] as const satisfies readonly Status[];

const LOOKS = {
  booked: { color: "teal", icon: IconCalendarEvent },
  "checked-in": { color: "orange", icon: IconHourglass },
  arrived: { color: "blue", icon: IconProgress },
  fulfilled: { color: "gray", icon: IconCheck },
  noshow: { color: "red", icon: IconUserOff },
  cancelled: { color: "gray", icon: IconX },
} as const satisfies Record<Status, object>;

export function StatusIcon({ status, size = 14 }: { status: Status; size?: number }) {
  const Icon = LOOKS[status].icon;
  return <Icon size={size} stroke={2} aria-hidden style={{ flex: "none" }} />;
}

/** How a visit stands, in words; the colour only helps. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation("calendar");
  return (
    <Badge variant="light" color={LOOKS[status].color} leftSection={<StatusIcon status={status} />} tt="none" fw={600} style={{ flex: "none" }}>
      {t(`status.${status}`)}
    </Badge>
  );
}
