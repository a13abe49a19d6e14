import { Accordion, Button, Card, Group, List, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconBuildingHospital } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { useMe } from "@/api/me";
import { departmentsQuery, roomsQuery } from "@/api/practitioners";
import { useProblems } from "@/api/useProblems";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty, Failure } from "@/components/states";

/** The house: its departments, and the rooms of each. */
export function Departments() {
  const { t } = useTranslation("admin");
  const me = useMe();
  const departments = useQuery(departmentsQuery);
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Page title={t("departments.title")} width="text">
      {me.can("CreateDepartment") && <NewDepartment onDone={setOpen} />}
      <Query query={departments} isEmpty={(all) => all.length === 0} empty={<Empty icon={IconBuildingHospital} title={t("departments.none")} text={t("departments.none-hint")} />}>
        {(all) => (
          <Accordion variant="separated" radius="lg" value={open} onChange={setOpen} order={2}>
            {all.map(({ department_id: id, name, code }) => (
              <Accordion.Item key={id} value={id}>
                <Accordion.Control>
                  <Text span fw={600}>
                    {name}
                  </Text>
                  {code && (
                    <Text span c="dimmed" size="sm">
                      {" "}
                      {code}
                    </Text>
                  )}
                </Accordion.Control>
                <Accordion.Panel>{open === id && <RoomsOf departmentId={id} />}</Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Query>
    </Page>
  );
}

function NewDepartment({ onDone }: { onDone: (departmentId: string) => void }) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const form = useForm({
    initialValues: { name: "", code: "" },
    validate: { name: (value) => (value.trim() ? null : t("missing.place")) },
  });
  const create = useMutation({
    mutationFn: ({ name, code }: { name: string; code: string }) => {
      const body = { name, code: code.trim() || null };
      return answered(care.POST("/v1/departments", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: async ({ department_id: id }) => {
      intent.done();
      form.reset();
      await queryClient.invalidateQueries({ queryKey: departmentsQuery.queryKey });
      notifyDone(t("departments.done"));
      onDone(id);
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
        <Stack>
          <Title order={2}>{t("departments.new")}</Title>
          <Failure error={create.error} />
          <Group align="flex-start">
            <TextInput label={t("departments.name")} required maxLength={100} autoComplete="off" flex={2} miw={220} {...form.getInputProps("name")} />
            <TextInput label={t("departments.code")} maxLength={32} autoComplete="off" flex={1} miw={150} {...form.getInputProps("code")} />
          </Group>
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              {t("departments.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function RoomsOf({ departmentId }: { departmentId: string }) {
  const { t } = useTranslation("admin");
  const me = useMe();
  const rooms = useQuery(roomsQuery(departmentId));
  return (
    <Stack>
      <Title order={3}>{t("rooms.title")}</Title>
      <Query query={rooms} isEmpty={(all) => all.length === 0} empty={<Text c="dimmed">{t("rooms.none")}</Text>}>
        {(all) => (
          <List>
            {all.map(({ room_id: id, name, location }) => (
              <List.Item key={id}>
                {name}
                {location && (
                  <Text span c="dimmed">
                    {" "}
                    · {location}
                  </Text>
                )}
              </List.Item>
            ))}
          </List>
        )}
      </Query>
      {me.can("CreateRoom") && <NewRoom departmentId={departmentId} />}
    </Stack>
  );
}

function NewRoom({ departmentId }: { departmentId: string }) {
  const { t } = useTranslation("admin");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const form = useForm({
    initialValues: { name: "", location: "" },
    validate: { name: (value) => (value.trim() ? null : t("missing.place")) },
  });
  const create = useMutation({
    mutationFn: ({ name, location }: { name: string; location: string }) => {
      const body = { name, department_id: departmentId, location: location.trim() || null };
      return answered(care.POST("/v1/rooms", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: async () => {
      intent.done();
      form.reset();
      await queryClient.invalidateQueries({ queryKey: roomsQuery(departmentId).queryKey });
      notifyDone(t("rooms.done"));
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack gap="sm">
        <Failure error={create.error} />
        <Group align="flex-start">
          <TextInput label={t("rooms.name")} required maxLength={100} autoComplete="off" flex={1} miw={140} {...form.getInputProps("name")} />
          <TextInput label={t("rooms.location")} description={t("rooms.location-hint")} inputWrapperOrder={["label", "input", "description", "error"]} maxLength={200} autoComplete="off" flex={2} miw={180} {...form.getInputProps("location")} />
        </Group>
        <Group justify="flex-end">
          <Button type="submit" variant="default" loading={create.isPending}>
            {t("rooms.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
