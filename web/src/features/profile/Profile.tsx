import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { patientQuery } from "@/api/patients";
import { useActingFor } from "@/app/acting";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { PersonDetails } from "@/components/person/PersonDetails";

/** A patient's own data, or that of whom they act for. */
export function Profile() {
  const { t } = useTranslation("profile");
  const { patientId } = useActingFor();
  const patient = useQuery({ ...patientQuery(patientId ?? ""), enabled: patientId !== null });
  return (
    <Page title={t("title")} description={t("text")} width="text">
      <Query query={patient}>{(data) => <PersonDetails key={data.patient_id} patient={data} own />}</Query>
    </Page>
  );
}
