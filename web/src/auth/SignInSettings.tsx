import { Badge, Button, Card, Group, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { CodeForm } from "./CodeForm";
import { NewPasswordInput } from "./NewPasswordInput";
import { isStrong } from "./passwords";
import type { Session } from "./session";
import { TotpSetup } from "./TotpSetup";
import { Refusal } from "./Refusal";
import { useSubmit } from "./useSubmit";

/** The account page of both applications: address, password, second factor. */
export function SignInSettings({ session }: { session: Session }) {
  const { t } = useTranslation("account");
  const user = useQuery({
    queryKey: ["account", session.application],
    queryFn: async () => session.pool.user(await session.accessToken()),
  });
  return (
    <Page title={t("title")} width="text">
      <Query query={user}>
        {({ totp, emailVerified }) => (
          <>
            <Email session={session} verified={emailVerified} />
            <Password session={session} />
            <SecondFactor session={session} enabled={totp} />
          </>
        )}
      </Query>
    </Page>
  );
}

function useReload(session: Session): () => Promise<void> {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: ["account", session.application] });
}

/** Something that is on or off, and what can be done about it. */
function Setting({ title, state, colour, children }: { title: string; state: string; colour: string; children: ReactNode }) {
  return (
    <Card component="section">
      <Stack>
        <Group justify="space-between">
          <Title order={2}>{title}</Title>
          <Badge variant="light" color={colour} tt="none">
            {state}
          </Badge>
        </Group>
        {children}
      </Stack>
    </Card>
  );
}

function Email({ session, verified }: { session: Session; verified: boolean }) {
  const { t } = useTranslation("account");
  const reload = useReload(session);
  const [sent, setSent] = useState(false);
  const { submit, busy, error } = useSubmit(async () => {
    await session.pool.sendEmailCode(await session.accessToken());
    setSent(true);
  });
  const prove = async (code: string) => {
    await session.pool.verifyEmail(await session.accessToken(), code);
    notifyDone(t("email.done"));
    await reload();
  };
  return (
    <Setting title={t("email.title")} state={t(verified ? "email.verified" : "email.unverified")} colour={verified ? "teal" : "orange"}>
      <Text style={{ overflowWrap: "anywhere" }}>{session.email}</Text>
      <Refusal text={error} />
      {!verified && !sent && (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t("email.why")}
          </Text>
          <Button variant="default" onClick={() => void submit()} loading={busy}>
            {t("email.send")}
          </Button>
        </Group>
      )}
      {!verified && sent && <CodeForm label={t("email.code")} text={t("email.sent")} submit={t("email.confirm")} onSubmit={prove} />}
    </Setting>
  );
}

function Password({ session }: { session: Session }) {
  const { t } = useTranslation(["account", "auth"]);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { current: "", proposed: "" },
    validate: {
      current: (value) => (value ? null : t("auth:missing.password")),
      proposed: (value) => (isStrong(value) ? null : t("auth:weak-password")),
    },
  });
  const { submit, busy, error } = useSubmit(async ({ current, proposed }: { current: string; proposed: string }) => {
    await session.pool.changePassword(await session.accessToken(), current, proposed);
    form.reset();
    notifyDone(t("password.done"));
  });
  const toggle = { "aria-label": t("auth:show-password") };
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => submit(values))} noValidate>
        <Stack>
          <Title order={2}>{t("password.title")}</Title>
          <Refusal text={error} />
          <PasswordInput label={t("password.current")} autoComplete="current-password" visibilityToggleButtonProps={toggle} key={form.key("current")} {...form.getInputProps("current")} />
          <NewPasswordInput label={t("password.proposed")} key={form.key("proposed")} {...form.getInputProps("proposed")} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {t("password.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function SecondFactor({ session, enabled }: { session: Session; enabled: boolean }) {
  const { t } = useTranslation("account");
  const reload = useReload(session);
  const { submit, busy, error } = useSubmit(async () => {
    if (!(await confirm({ title: t("totp.off-title"), text: t("totp.off-text"), confirm: t("totp.off"), danger: true }))) return;
    await session.pool.setTotp(await session.accessToken(), false);
    await reload();
  });
  return (
    <Setting title={t("totp.title")} state={t(enabled ? "totp.on" : "totp.none")} colour={enabled ? "teal" : "gray"}>
      <Refusal text={error} />
      {enabled ? (
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {t("totp.is-on")}
          </Text>
          <Button variant="default" onClick={() => void submit()} loading={busy}>
            {t("totp.off")}
          </Button>
        </Group>
      ) : (
        <TotpSetup
          text={t("totp.why")}
          account={session.email}
          begin={async () => session.pool.beginTotp(await session.accessToken())}
          finish={async (code) => {
            await session.pool.finishTotp(await session.accessToken(), code);
            notifyDone(t("totp.done"));
            await reload();
          }}
        />
      )}
    </Setting>
  );
}
