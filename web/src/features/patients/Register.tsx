import { Button, Card, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { patientQuery } from "@/api/patients";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { detailsOf, type PersonValues } from "@/components/person/person";
import { PersonFields, usePersonForm } from "@/components/person/PersonFields";
import { Failure } from "@/components/states";
import { Duplicates } from "./Duplicates";
import { personIn, useSearched } from "./search";

/** Registers a patient at the desk. Who is very like somebody known is shown beside them before anything is made. */
export function Register() {
  const { t } = useTranslation("patients");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const [searched] = useSearched();
  const form = usePersonForm(personIn(searched));
  const [alike, setAlike] = useState<{ values: PersonValues; candidates: Schema<"Candidate">[] }>();
  const register = useMutation({
    mutationFn: ({ values, confirmed }: { values: PersonValues; confirmed: boolean }) => {
      const body = { ...detailsOf(values), confirm_not_duplicate: confirmed };
      return answered(care.POST("/v1/patients", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: (patient) => {
      intent.done();
      queryClient.setQueryData(patientQuery(patient.patient_id).queryKey, patient);
      void queryClient.invalidateQueries({ queryKey: ["patients", "search"] });
      notifyDone(t("registered"));
      return navigate({ to: "/patients/$patientId", params: { patientId: patient.patient_id }, replace: true });
    },
    onError: (error, { values }) => {
      const duplicate = problemOf(error, "possible-duplicate");
      if (duplicate) setAlike({ values, candidates: duplicate.candidates });
      else form.setErrors(problems.fields(error));
    },
  });

  if (alike)
    return (
      <Duplicates
        person={alike.values}
        candidates={alike.candidates}
        busy={register.isPending}
        onRegister={() => register.mutate({ values: alike.values, confirmed: true })}
        onBack={() => setAlike(undefined)}
      />
    );
  return (
    <Page title={t("register")} description={t("register-text")} width="text">
      <Card>
        <form onSubmit={form.onSubmit((values) => register.mutate({ values, confirmed: false }))} noValidate>
          <Stack>
            <Failure error={register.error} />
            <PersonFields form={form} />
            <Group justify="flex-end">
              <Button type="submit" loading={register.isPending}>
                {t("submit")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
