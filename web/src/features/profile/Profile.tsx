import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { patientQuery } from "@/api/patients";
import { useActingFor } from "@/app/acting";
import { Page } from "@/components/Page";
import { PersonDetails } from "@/components/person/PersonDetails";
import { Query } from "@/components/Query";
import { Family } from "./Family";

/** A patient's own data, or that of whom they act for. Only a patient themselves says who acts for them. */
export function Profile() {
  const { t } = useTranslation("profile");
  const me = useMe();
  const { patientId, isSelf } = useActingFor();
  const patient = useQuery({ ...patientQuery(patientId ?? ""), enabled: patientId !== null });
  const title = isSelf ? t("title") : t("title-for", { name: patient.data?.given_name ?? "…" });
  return (
    <Page title={title} description={t("text")} width="text">
      <Query query={patient}>
        {(data) => (
          <Stack gap="lg">
            <PersonDetails key={data.patient_id} patient={data} own={isSelf} />
            {isSelf && me.can("SetFamilyMember") && <Family patientId={data.patient_id} />}
          </Stack>
        )}
      </Query>
    </Page>
  );
}
