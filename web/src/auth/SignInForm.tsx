import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/components/states";
import type { Answer, Challenge } from "./cognito";
import { CodeForm } from "./CodeForm";
import { NewPasswordForm } from "./NewPasswordForm";
import { Refusal } from "./Refusal";
import type { Session } from "./session";
import { useSubmit } from "./useSubmit";

// Who enrols does so once; nobody else needs the code that draws codes.
const TotpSetup = lazy(() => import("./TotpSetup").then((module) => ({ default: module.TotpSetup })));

interface Props {
  session: Session;
  forgotten?: ReactNode;
}

/** Sign-in in as many steps as the pool asks for; ends with the session begun. */
export function SignInForm({ session, forgotten }: Props) {
  const { t } = useTranslation("auth");
  const [challenge, setChallenge] = useState<Challenge>();

  const take = (answer: Answer) => {
    if (answer.kind === "tokens") session.begin(answer.tokens);
    else setChallenge(answer);
  };
  const { pool } = session;
  switch (challenge?.kind) {
    case undefined:
      return <PasswordStep onSubmit={async (email, password) => take(await pool.signIn(email, password))} forgotten={forgotten} />;
    case "new-password":
      return <NewPasswordForm label={t("new-password.submit")} text={t("new-password.text")} onSubmit={async (password) => take(await pool.setNewPassword(challenge, password))} />;
    case "totp":
      return <CodeForm label={t("totp.label")} text={t("totp.text")} submit={t("sign-in.submit")} onSubmit={async (code) => take(await pool.answerTotp(challenge, code))} />;
    case "totp-setup":
      return (
        <Suspense fallback={<Loading rows={1} />}>
          <TotpSetup
            text={t("totp-setup.required")}
            account={challenge.username}
            begin={async () => {
              const begun = await pool.beginTotpSetup(challenge);
              setChallenge(begun.challenge);
              return begun.secret;
            }}
            finish={async (code) => take(await pool.finishTotpSetup(challenge, code))}
          />
        </Suspense>
      );
  }
}

function PasswordStep({ onSubmit, forgotten }: { onSubmit: (email: string, password: string) => Promise<void>; forgotten: ReactNode }) {
  const { t } = useTranslation("auth");
  const { submit, busy, error } = useSubmit(onSubmit);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => (value.trim() ? null : t("missing.email")),
      password: (value) => (value ? null : t("missing.password")),
    },
  });
  return (
    <form onSubmit={form.onSubmit(({ email, password }) => submit(email.trim(), password))} noValidate>
      <Stack>
        <Refusal text={error} />
        <TextInput label={t("email")} type="email" autoComplete="username" key={form.key("email")} {...form.getInputProps("email")} />
        <PasswordInput
          label={t("password")}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("show-password") }}
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        {forgotten}
        <Button type="submit" loading={busy} fullWidth>
          {t("sign-in.submit")}
        </Button>
      </Stack>
    </form>
  );
}
