import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { problemOf } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { confirm } from "@/components/confirm";
import { LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Failure } from "@/components/states";
import { RoleBadges } from "./RoleBadges";
import { StaffFields, useStaffForm } from "./StaffFields";
import { changeOf, type Member as Person, memberQuery, type StaffValues, valuesOf } from "./staff";

/** One staff member: who they are, and what administration can change. */
export function Member() {
  const { staffId } = useParams({ from: "/care/staff/$staffId" });
  const member = useQuery(memberQuery(staffId));
  return <Query query={member}>{(data) => <Present key={staffId} member={data} />}</Query>;
}

function Present({ member }: { member: Person }) {
  const { t } = useTranslation("admin");
  const me = useMe();
  return (
    <Page
      title={`${member.given_name} ${member.family_name}`}
      description={
        <Group gap="xs" component="span">
          <Text span style={{ overflowWrap: "anywhere" }}>
            {member.email}
          </Text>
          <Badge variant="light" color={member.status === "active" ? "teal" : "orange"} tt="none" fw={500} component="span">
            {t(`status.${member.status}`)}
          </Badge>
        </Group>
      }
      actions={member.practitioner && member.practitioner_id && <Times practitionerId={member.practitioner_id} />}
      width="text"
    >
      {me.can("ChangeStaff") ? <Change key={member.version} member={member} /> : <RoleBadges roles={member.roles} />}
      {me.can("DisableStaff") && (member.status === "active" || member.status === "disabled") && <Employment member={member} />}
    </Page>
  );
}

/** The ways to when a practitioner sees patients, and when not. */
function Times({ practitionerId }: { practitionerId: string }) {
  const { t } = useTranslation("admin");
  const me = useMe();
  const search = { practitioner: practitionerId };
  return (
    <>
      {me.can("SetSchedule") && (
        <LinkButton to="/schedule" search={search} variant="default" size="xs">
          {t("member.schedule")}
        </LinkButton>
      )}
      {me.can("PlanLeave") && (
        <LinkButton to="/leave" search={search} variant="default" size="xs">
          {t("member.leave")}
        </LinkButton>
      )}
    </>
  );
}

function Change({ member }: { member: Person }) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const form = useStaffForm(valuesOf(member));
  const { queryKey } = memberQuery(member.staff_id);
  const change = useMutation({
    mutationFn: (values: StaffValues) =>
      answered(
        care.PATCH("/v1/staff/{staff_id}", {
          params: { path: { staff_id: member.staff_id }, header: { "If-Match": `"${member.version}"` } },
          body: changeOf(values, member),
        }),
      ),
    onSuccess: (changed) => {
      queryClient.setQueryData(queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["staff", "list"] });
      void queryClient.invalidateQueries({ queryKey: ["practitioners"] });
      notifyDone(t("member.saved"));
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack>
          <Failure error={change.error}>
            {problemOf(change.error, "stale") && (
              <Button size="xs" variant="default" onClick={() => void queryClient.invalidateQueries({ queryKey })}>
                {t("member.reload")}
              </Button>
            )}
          </Failure>
          <StaffFields form={form} known />
          <Text size="sm" c="dimmed">
            {t("member.roles-text")}
          </Text>
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              {t("member.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

/** Ends and renews somebody's access; says first what that does. */
function Employment({ member }: { member: Person }) {
  const { t } = useTranslation("admin");
  const me = useMe();
  const queryClient = useQueryClient();
  const name = `${member.given_name} ${member.family_name}`;
  const step = member.status === "active" ? "disable" : "enable";
  const employ = useMutation({
    mutationFn: () => answered(care.POST(`/v1/staff/{staff_id}/${step}`, { params: { path: { staff_id: member.staff_id } } })),
    onSuccess: (changed) => {
      queryClient.setQueryData(memberQuery(member.staff_id).queryKey, changed);
      void queryClient.invalidateQueries({ queryKey: ["staff", "list"] });
      void queryClient.invalidateQueries({ queryKey: ["practitioners"] });
      notifyDone(t(`${step}.done`, { name }));
    },
  });
  const ask = async () => {
    const meant = await confirm({
      title: t(`${step}.title`, { name }),
      text: t(`${step}.text`, { context: member.practitioner_id === null ? undefined : "practitioner" }),
      confirm: t(`${step}.submit`),
      danger: step === "disable",
    });
    if (meant) employ.mutate();
  };
  const own = member.user_id === me.user_id;
  return (
    <Card component="section">
      <Stack>
        <Title order={2}>{t("employment")}</Title>
        <Failure error={employ.error} />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t(own ? "own-account" : `${step}.hint`)}
          </Text>
          <Button color={step === "disable" ? "red" : undefined} variant={step === "disable" ? "outline" : "filled"} disabled={own} loading={employ.isPending} onClick={() => void ask()}>
            {t(`${step}.submit`)}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
