import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { LinkButton } from "@/components/links";

/** That a change has left booked visits outside the hours, and where they wait. */
export function MustMove({ count }: { count: number }) {
  const { t } = useTranslation("schedule");
  const me = useMe();
  return (
    <Alert color="orange" role="status" icon={<IconAlertTriangle />} title={t("saved-affected", { count })}>
      {me.can("ReadWorkList") && (
        <LinkButton to="/work-list" size="xs" variant="default" rightSection={<IconArrowRight size={16} />}>
          {t("to-move")}
        </LinkButton>
      )}
    </Alert>
  );
}
