import { ActionIcon, Button, Card, Code, CopyButton, Group, Select, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconCheck, IconCopy, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { usePatientName } from "@/api/names";
import { familyQuery } from "@/api/patients";
import { useProblems } from "@/api/useProblems";
import { confirm } from "@/components/confirm";
import { notifyDone, notifyFailure } from "@/components/notify";
import { Query } from "@/components/Query";
import { Failure } from "@/components/states";
import classes from "./Family.module.css";

type Member = Schema<"FamilyMemberAnswer">;
type Relationship = Schema<"Relationship">;

const RELATIONSHIPS: Relationship[] = ["spouse", "child", "parent", "sibling", "grandparent", "grandchild", "guardian", "parent-in-law", "other"];

/** Who is in a patient's family, and may act for them. Whom one adds is known by number alone: a name would be a disclosure. */
export function Family({ patientId }: { patientId: string }) {
  const { t } = useTranslation("profile");
  const family = useQuery(familyQuery(patientId));
  return (
    <Card component="section">
      <Stack>
        <div>
          <Title order={2}>{t("family.title")}</Title>
          <Text c="dimmed">{t("family.text")}</Text>
        </div>
        <Query query={family} isEmpty={({ items }) => items.length === 0} empty={<Text>{t("family.nobody")}</Text>}>
          {({ items }) => (
            <ul className={classes.members}>
              {items.map((member) => (
                <MemberRow key={member.member_id} member={member} />
              ))}
            </ul>
          )}
        </Query>
        <AddMember patientId={patientId} />
        <OwnNumber patientId={patientId} />
      </Stack>
    </Card>
  );
}

function useSetMember(patientId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ memberId, version, ...body }: Schema<"FamilyMemberBody"> & { memberId: string; version?: number }) =>
      answered(
        care.PUT("/v1/patients/{patient_id}/family/{member_id}", {
          params: {
            path: { patient_id: patientId, member_id: memberId },
            header: version === undefined ? {} : { "If-Match": `"${version}"` },
          },
          body,
        }),
      ),
    onSettled: () => queryClient.invalidateQueries(familyQuery(patientId)),
  });
}

function MemberRow({ member }: { member: Member }) {
  const { t } = useTranslation("profile");
  const problems = useProblems();
  const queryClient = useQueryClient();
  const { data: name } = usePatientName(member.member_id);
  const { patient_id: patientId, member_id: memberId, relationship, version } = member;
  const title = name?.display_name ?? t(`relationship.${relationship}`);
  const set = useSetMember(patientId);
  const remove = useMutation({
    mutationFn: () => answered(care.DELETE("/v1/patients/{patient_id}/family/{member_id}", { params: { path: { patient_id: patientId, member_id: memberId } } })),
    onSuccess: () => notifyDone(t("family.removed")),
    onError: (error) => notifyFailure(problems.text(error)),
    onSettled: () => queryClient.invalidateQueries(familyQuery(patientId)),
  });
  const ask = async () => {
    if (await confirm({ title: t("family.remove-title", { name: title }), text: t("family.remove-text"), confirm: t("family.remove"), danger: true })) remove.mutate();
  };
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <div className={classes.who}>
          <Text fw={600}>{title}</Text>
          <Text size="sm" c="dimmed" truncate>
            {name ? t(`relationship.${relationship}`) : shortened(memberId)}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Switch
            label={t("family.may-act")}
            aria-label={t("family.may-act-name", { name: title })}
            checked={member.may_act}
            disabled={set.isPending}
            onChange={({ currentTarget }) =>
              set.mutate({ memberId, relationship, version, may_act: currentTarget.checked }, { onError: (error) => notifyFailure(problems.text(error)) })
            }
          />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("family.remove-name", { name: title })} loading={remove.isPending} onClick={() => void ask()}>
            <IconTrash size={18} stroke={1.5} />
          </ActionIcon>
        </Group>
      </Group>
    </li>
  );
}

function AddMember({ patientId }: { patientId: string }) {
  const { t } = useTranslation("profile");
  const set = useSetMember(patientId);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { number: "", relationship: "spouse" as Relationship },
    validate: { number: (value) => (/^pat_[0-9a-f]{32}$/.test(value.trim()) && value.trim() !== patientId ? null : t("family.bad-number")) },
  });
  const add = ({ number, relationship }: { number: string; relationship: Relationship }) =>
    set.mutate(
      { memberId: number.trim(), relationship, may_act: true },
      {
        onSuccess: () => {
          form.reset();
          notifyDone(t("family.added"));
        },
      },
    );
  const relationships = RELATIONSHIPS.map((value) => ({ value, label: t(`relationship.${value}`) }));
  return (
    <form onSubmit={form.onSubmit(add)} noValidate>
      <Stack>
        <Title order={3}>{t("family.add-title")}</Title>
        <Failure error={set.error} />
        <Group align="flex-start">
          <TextInput className={classes.number ?? ""} label={t("family.number")} description={t("family.number-hint")} autoComplete="off" key={form.key("number")} {...form.getInputProps("number")} />
          <Select label={t("family.relationship")} description={t("family.relationship-hint")} data={relationships} allowDeselect={false} key={form.key("relationship")} {...form.getInputProps("relationship")} />
        </Group>
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={set.isPending}>
            {t("family.add")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function OwnNumber({ patientId }: { patientId: string }) {
  const { t } = useTranslation("profile");
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" className={classes.who ?? ""}>
        {t("family.own-number")} <Code className={classes.code ?? ""}>{patientId}</Code>
      </Text>
      <CopyButton value={patientId}>
        {({ copied, copy }) => (
          <ActionIcon variant="subtle" color={copied ? "teal" : "gray"} size="lg" onClick={copy} aria-label={t(copied ? "family.copied" : "family.copy")}>
            {copied ? <IconCheck size={18} stroke={1.5} /> : <IconCopy size={18} stroke={1.5} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}

function shortened(id: string): string {
  return `${id.slice(0, 8)}…${id.slice(-4)}`;
}
