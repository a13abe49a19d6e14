import { IconActivityHeartbeat, IconAlertTriangle, IconBandage, IconClipboardHeart, IconListCheck, IconNotes, IconReportMedical, IconStethoscope } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Kind } from "@/api/record";

export const KIND_ICONS: Record<Kind, ComponentType<{ size?: number; stroke?: number }>> = {
  encounter: IconStethoscope,
  note: IconNotes,
  vitals: IconActivityHeartbeat,
  diagnosis: IconReportMedical,
  procedure: IconBandage,
  allergy: IconAlertTriangle,
  problem: IconClipboardHeart,
  "care-plan": IconListCheck,
};
