import { Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { PatientNumber } from "@/components/PatientNumber";

/** Opens the chart of a patient whom the reader does not treat, by the number on their wristband. */
export function Emergency() {
  const { t } = useTranslation("emergency");
  const me = useMe();
  const navigate = useNavigate();
  return (
    <Page title={t("find.title")} description={t("find.text")} width="text">
      <PatientNumber
        label={t("find.number")}
        hint={t("find.number-hint")}
        missing={t("find.missing")}
        submit={t("find.open")}
        onNumber={(patientId) => void navigate({ to: "/patients/$patientId/chart", params: { patientId } })}
      >
        {me.can("SearchPatients") ? (
          <LinkButton to="/patients" variant="default">
            {t("find.search")}
          </LinkButton>
        ) : (
          <Text size="sm" c="dimmed" maw="20rem">
            {t("find.ask")}
          </Text>
        )}
      </PatientNumber>
    </Page>
  );
}
