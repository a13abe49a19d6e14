import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { PatientNumber } from "@/components/PatientNumber";

/** Who looks after privacy need not know names: they go by a patient's number. */
export function Find() {
  const { t } = useTranslation("privacy");
  const navigate = useNavigate();
  return (
    <Page title={t("find.title")} description={t("find.text")} width="text">
      <PatientNumber
        label={t("find.number")}
        hint={t("find.number-hint")}
        missing={t("find.missing")}
        submit={t("find.open")}
        onNumber={(patientId) => void navigate({ to: "/patients/$patientId/privacy", params: { patientId } })}
      />
    </Page>
  );
}
