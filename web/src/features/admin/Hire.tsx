import { Button, Card, Group, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { useProblems } from "@/api/useProblems";
import { isStrong } from "@/auth/passwords";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Failure } from "@/components/states";
import { StaffFields, useStaffForm } from "./StaffFields";
import { firstPassword, hiringOf, memberQuery, NOBODY, type StaffValues } from "./staff";

/** Hires somebody: what they may do, what they practise, and how they get in for the first time. */
export function Hire() {
  const { t } = useTranslation("admin");
  const { t: auth } = useTranslation("auth");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const form = useStaffForm(NOBODY);
  const [way, setWay] = useState<"mail" | "password">("mail");
  const hire = useMutation({
    mutationFn: (values: StaffValues) => {
      const body = hiringOf(values, way === "password");
      return answered(care.POST("/v1/staff", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: (member) => {
      intent.done();
      queryClient.setQueryData(memberQuery(member.staff_id).queryKey, member);
      void queryClient.invalidateQueries({ queryKey: ["staff", "list"] });
      void queryClient.invalidateQueries({ queryKey: ["practitioners"] });
      notifyDone(t(way === "mail" ? "hire.invited" : "hire.done"));
      return navigate({ to: "/staff/$staffId", params: { staffId: member.staff_id }, replace: true });
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  const submit = form.onSubmit((values) => {
    if (way === "password" && !isStrong(values.temporary_password)) form.setFieldError("temporary_password", auth("weak-password"));
    else hire.mutate(values);
  });
  return (
    <Page title={t("hire.title")} width="text">
      <Card>
        <form onSubmit={submit} noValidate>
          <Stack>
            <Failure error={hire.error} />
            <StaffFields form={form} />
            <Title order={2}>{t("hire.way")}</Title>
            <SegmentedControl
              aria-label={t("hire.way")}
              data={[
                { value: "mail", label: t("hire.mail") },
                { value: "password", label: t("hire.password") },
              ]}
              value={way}
              onChange={(chosen) => setWay(chosen)}
            />
            {way === "mail" ? (
              <Text size="sm" c="dimmed">
                {t("hire.mail-text")}
              </Text>
            ) : (
              <Group align="flex-end" gap="xs">
                <TextInput label={t("hire.temporary")} description={t("hire.temporary-text")} autoComplete="off" spellCheck={false} flex={1} miw={240} {...form.getInputProps("temporary_password")} />
                <Button variant="default" onClick={() => form.setFieldValue("temporary_password", firstPassword())}>
                  {t("hire.suggest")}
                </Button>
              </Group>
            )}
            <Group justify="flex-end">
              <Button type="submit" loading={hire.isPending}>
                {t("hire.submit")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
