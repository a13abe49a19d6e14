import { Alert, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ownAccessQuery } from "@/api/emergency";
import { Countdown } from "@/components/Countdown";

interface Props {
  patientId: string;
  onEnd: () => void;
  /** In one line, where there is little room. */
  compact?: boolean;
}

/** How long the reader still sees a patient because of an emergency; nothing where there is none. */
export function EmergencyBanner({ patientId, onEnd, compact = false }: Props) {
  const { t } = useTranslation("emergency");
  const queryClient = useQueryClient();
  const { queryKey } = ownAccessQuery(patientId);
  const { data } = useQuery(ownAccessQuery(patientId));
  if (!data) return null;
  const end = () => {
    queryClient.setQueryData(queryKey, null);
    onEnd();
  };
  const left = (
    <>
      {t("running.left")} <Countdown until={data.expires_at} onEnd={end} />
    </>
  );
  if (compact)
    return (
      <Group gap={6} c="orange" wrap="nowrap">
        <IconAlertTriangle size={18} stroke={1.5} aria-hidden />
        <Text size="sm" c="var(--mantine-color-text)">
          <b>{t("running.title")}</b> · {left}
        </Text>
      </Group>
    );
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={t("running.title")}>
      {left}. {t("running.reviewed")}
    </Alert>
  );
}
