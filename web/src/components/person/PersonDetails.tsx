import { Button, Card, Group, Stack, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { patientQuery } from "@/api/patients";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "../notify";
import { Failure } from "../states";
import { changesOf, valuesOf } from "./person";
import { PersonFields, usePersonForm } from "./PersonFields";

interface Props {
  patient: Schema<"PatientAnswer">;
  /** The person fills in their own. */
  own?: boolean;
}

/** Name, birth, contact and address, changed where they stand. */
export function PersonDetails({ patient, own = false }: Props) {
  const { t } = useTranslation("profile");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const { queryKey } = patientQuery(patient.patient_id);
  const form = usePersonForm(valuesOf(patient));
  const change = useMutation({
    mutationFn: (body: Schema<"PatientChange">) =>
      answered(
        care.PATCH("/v1/patients/{patient_id}", {
          params: { path: { patient_id: patient.patient_id }, header: { "If-Match": `"${patient.version}"` } },
          body,
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(queryKey, changed);
      form.resetDirty();
      notifyDone(t("saved"));
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  const reload = async () => {
    form.setValues(valuesOf(await queryClient.query({ ...patientQuery(patient.patient_id), staleTime: 0 })));
    change.reset();
  };
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => change.mutate(changesOf(values, patient)))} noValidate>
        <Stack>
          <Title order={2}>{t("details")}</Title>
          <Failure error={change.error}>
            {problemOf(change.error, "stale") && (
              <Button size="xs" variant="default" onClick={() => void reload()}>
                {t("reload")}
              </Button>
            )}
          </Failure>
          <PersonFields form={form} own={own} />
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
