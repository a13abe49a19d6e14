import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ownAccessQuery } from "@/api/emergency";
import { Countdown } from "@/components/Countdown";

/** How long the reader still sees a patient because of an emergency; nothing where there is none. */
export function EmergencyBanner({ patientId, onEnd }: { patientId: string; onEnd: () => void }) {
  const { t } = useTranslation("emergency");
  const queryClient = useQueryClient();
  const { queryKey } = ownAccessQuery(patientId);
  const { data } = useQuery(ownAccessQuery(patientId));
  if (!data) return null;
  const end = () => {
    queryClient.setQueryData(queryKey, null);
    onEnd();
  };
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={t("running.title")}>
      {t("running.left")} <Countdown until={data.expires_at} onEnd={end} />. {t("running.reviewed")}
    </Alert>
  );
}
