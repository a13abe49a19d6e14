import { Alert, Badge, Blockquote, Button, Card, Code, Group, SegmentedControl, Stack, Text, Textarea, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import type { EmergencyAccess } from "@/api/emergency";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "@/components/notify";
import { PractitionerName } from "@/components/PractitionerName";
import { When } from "@/components/When";

/** One broken glass: by whom, when and why, and what somebody else finds of it. Patients stay a number. */
export function Access({ access }: { access: EmergencyAccess }) {
  const { t } = useTranslation("emergency");
  const me = useMe();
  const title = `access-${access.emergency_id}`;
  return (
    <Card component="section" aria-labelledby={title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} size="h4" id={title}>
            <Clinician access={access} />
          </Title>
          <When at={access.started_at} />
        </Group>
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {t("reviews.patient")} <Code>{access.patient_id}</Code>
        </Text>
        {access.reason === null ? (
          <Text size="sm" c="dimmed">
            {t("reviews.erased")}
          </Text>
        ) : (
          <Blockquote p="sm" style={{ overflowWrap: "anywhere" }}>
            {access.reason}
          </Blockquote>
        )}
        {access.review ? (
          <Verdict review={access.review} />
        ) : access.user_id === me.user_id ? (
          <Text size="sm" c="dimmed">
            {t("reviews.own")}
          </Text>
        ) : (
          <ReviewForm access={access} />
        )}
      </Stack>
    </Card>
  );
}

/** Doctors stand in the directory; of a nurse there is the account alone. */
function Clinician({ access }: { access: EmergencyAccess }) {
  const { t } = useTranslation("emergency");
  if (access.practitioner_id !== null) return <PractitionerName practitionerId={access.practitioner_id} />;
  return (
    <>
      {t("reviews.nurse")} <Code>{access.user_id}</Code>
    </>
  );
}

function Verdict({ review }: { review: NonNullable<EmergencyAccess["review"]> }) {
  const { t } = useTranslation("emergency");
  return (
    <Group gap="sm" align="baseline">
      <Badge variant="light" color={review.verdict === "justified" ? "teal" : "red"} tt="none" fw={500}>
        {t(`verdict.${review.verdict}`)}
      </Badge>
      {review.comment !== null && (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {review.comment}
        </Text>
      )}
      <When at={review.reviewed_at} />
    </Group>
  );
}

function ReviewForm({ access }: { access: EmergencyAccess }) {
  const { t } = useTranslation("emergency");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { verdict: "justified" as Schema<"EmergencyReview">["verdict"], comment: "" },
    validate: { comment: (value) => (value.trim() ? null : t("reviews.missing")) },
  });
  const review = useMutation({
    mutationFn: (body: Schema<"EmergencyReview">) =>
      answered(care.POST("/v1/emergency-access/{emergency_id}/review", { params: { path: { emergency_id: access.emergency_id } }, body })),
    onSuccess: () => {
      notifyDone(t("reviews.done"));
      return queryClient.invalidateQueries({ queryKey: ["emergency", "list"] });
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => review.mutate(values))} noValidate>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={t("reviews.verdict")}
          data={(["justified", "unjustified"] as const).map((value) => ({ value, label: t(`verdict.${value}`) }))}
          maw="24rem"
          {...form.getInputProps("verdict")}
        />
        <Textarea
          label={t("reviews.comment")}
          description={access.reason === null ? t("reviews.not-kept") : undefined}
          autosize
          maxLength={500}
          required
          {...form.getInputProps("comment")}
        />
        {review.isError && <Alert color="red" role="alert" title={problems.text(review.error)} />}
        <Group justify="flex-end">
          <Button type="submit" loading={review.isPending}>
            {t("reviews.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
