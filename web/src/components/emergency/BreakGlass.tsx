import { Alert, Button, Card, Group, List, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { ownAccessQuery } from "@/api/emergency";
import { answered } from "@/api/http";
import { useProblems } from "@/api/useProblems";
import { PersonName } from "@/components/PersonName";

/** The shortest and the longest reason that the API takes. */
const SHORTEST = 10;
const LONGEST = 500;

/** A patient who is not the reader's to see, and what a clinician can do about it in an emergency. */
export function BreakGlass({ patientId, onOpened }: { patientId: string; onOpened: () => void }) {
  const { t } = useTranslation("emergency");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { reason: "" },
    validate: { reason: (value) => (value.trim().length >= SHORTEST ? null : t("break.missing")) },
  });
  const begin = useMutation({
    mutationFn: (body: { reason: string }) => answered(care.POST("/v1/patients/{patient_id}/emergency-access", { params: { path: { patient_id: patientId } }, body })),
    onSuccess: (access) => {
      queryClient.setQueryData(ownAccessQuery(patientId).queryKey, access);
      void queryClient.invalidateQueries({ queryKey: ["patient-name", patientId] });
      onOpened();
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => begin.mutate(values))} noValidate>
        <Stack>
          <Text>
            <PersonName patientId={patientId} birthDate /> · {t("break.closed")}
          </Text>
          <List size="sm" spacing={4}>
            <List.Item>{t("break.hour")}</List.Item>
            <List.Item>{t("break.told")}</List.Item>
            <List.Item>{t("break.recorded")}</List.Item>
          </List>
          <Textarea
            label={t("break.reason")}
            description={t("break.reason-hint")}
            autosize
            minRows={2}
            maxLength={LONGEST}
            required
            {...form.getInputProps("reason")}
          />
          {begin.isError && <Alert color="red" role="alert" title={problems.text(begin.error)} />}
          <Group justify="flex-end">
            <Button type="submit" color="red" leftSection={<IconAlertTriangle size={18} stroke={1.5} />} loading={begin.isPending}>
              {t("break.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
