import { Alert, Button, Group, Tabs, Text } from "@mantine/core";
import { IconCalendarPlus, IconStethoscope, IconUserShield } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { patientQuery } from "@/api/patients";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { BreakGlass } from "@/components/emergency/BreakGlass";
import { EmergencyBanner } from "@/components/emergency/EmergencyBanner";
import { LinkButton } from "@/components/links";
import { notifyFailure } from "@/components/notify";
import { Page } from "@/components/Page";
import { PersonDetails } from "@/components/person/PersonDetails";
import { Query } from "@/components/Query";
import { formatDate } from "@/components/time";
import { Facts } from "./Facts";
import { Family } from "./Family";
import type { Tab } from "./routes";
import { Visits } from "./Visits";
import { Waits } from "./Waits";

/** One patient, as the desk sees them: who they are, their visits, family and details. Clinicians who do not treat them
 * may break the glass. */
export function Patient() {
  const { t } = useTranslation("emergency");
  const { patientId } = useParams({ from: "/care/patients/$patientId" });
  const me = useMe();
  const patient = useQuery(patientQuery(patientId));
  const refresh = () => void patient.refetch();
  if (problemOf(patient.error, "forbidden") && me.can("BeginEmergencyAccess"))
    return (
      <Page title={t("break.title")} width="text">
        <BreakGlass key={patientId} patientId={patientId} onOpened={refresh} />
      </Page>
    );
  return (
    <Query query={patient}>
      {(data) => <Present key={patientId} patient={data} onEnd={refresh} />}
    </Query>
  );
}

/** `onEnd`: what showed the patient because of an emergency is over. */
function Present({ patient, onEnd }: { patient: Schema<"PatientAnswer">; onEnd: () => void }) {
  const { t, i18n } = useTranslation("patients");
  const { t: profile } = useTranslation("profile");
  const me = useMe();
  const { tab: wanted = "visits" } = useSearch({ from: "/care/patients/$patientId" });
  const navigate = useNavigate({ from: "/patients/$patientId" });
  const facts = [
    t("born", { date: formatDate(patient.birth_date, i18n.language) }),
    patient.sex === "unknown" ? null : profile(`sex.${patient.sex}`),
    patient.phone,
    patient.email,
    t(patient.has_account ? "has-account" : "no-account"),
  ];
  const tabs: Partial<Record<Tab, React.ReactNode>> = {
    ...(me.can("SearchPatients") ? { visits: <Visits patientId={patient.patient_id} /> } : {}),
    ...(me.can("ListWaitlist") && me.can("JoinWaitlist") ? { waitlist: <Waits patientId={patient.patient_id} /> } : {}),
    ...(me.can("ReadFamily") ? { family: <Family patientId={patient.patient_id} /> } : {}),
    details: me.can("ChangePatient") ? <PersonDetails patient={patient} /> : <Facts patient={patient} />,
  };
  const tab = wanted in tabs ? wanted : "details";
  return (
    <Page
      title={`${patient.given_name} ${patient.family_name}`}
      description={
        <Text span style={{ overflowWrap: "anywhere" }}>
          {facts.filter(Boolean).join(" · ")}
        </Text>
      }
      actions={
        <>
          {me.can("RecordNote") && (
            <LinkButton to="/patients/$patientId/chart" params={{ patientId: patient.patient_id }} leftSection={<IconStethoscope size={18} stroke={1.5} />}>
              {t("chart")}
            </LinkButton>
          )}
          {me.can("ReadErasure") && (
            <LinkButton to="/patients/$patientId/privacy" params={{ patientId: patient.patient_id }} variant="default" leftSection={<IconUserShield size={18} stroke={1.5} />}>
              {t("privacy")}
            </LinkButton>
          )}
          {me.can("BookAppointment") && (
            <LinkButton to="/patients/$patientId/book" params={{ patientId: patient.patient_id }} leftSection={<IconCalendarPlus size={18} stroke={1.5} />}>
              {t("book")}
            </LinkButton>
          )}
        </>
      }
    >
      <EmergencyBanner patientId={patient.patient_id} onEnd={onEnd} />
      {patient.possible_duplicate && <Review patient={patient} />}
      <Tabs value={tab} onChange={(chosen) => void navigate({ search: { tab: chosen as Tab }, replace: true })} keepMounted={false}>
        <Tabs.List mb="md">
          {(Object.keys(tabs) as Tab[]).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(Object.keys(tabs) as Tab[]).map((name) => (
          <Tabs.Panel key={name} value={name}>
            {tabs[name]}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

/** Somebody very like them was registered before: the desk looks at it, and says so. */
function Review({ patient }: { patient: Schema<"PatientAnswer"> }) {
  const { t } = useTranslation("patients");
  const me = useMe();
  const problems = useProblems();
  const queryClient = useQueryClient();
  const { queryKey } = patientQuery(patient.patient_id);
  const settle = useMutation({
    mutationFn: () =>
      answered(
        care.PATCH("/v1/patients/{patient_id}", {
          params: { path: { patient_id: patient.patient_id }, header: { "If-Match": `"${patient.version}"` } },
          body: { possible_duplicate: false },
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["patients", "search"] });
    },
    onError: (error) => {
      notifyFailure(problems.text(error));
      void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <Alert color="orange" title={t("possible-duplicate")}>
      <Group justify="space-between">
        <Text size="sm">{t("review-text")}</Text>
        {me.can("ChangePatient") && (
          <Button size="xs" variant="default" loading={settle.isPending} onClick={() => settle.mutate()}>
            {t("review-done")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
