import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UserPool } from "./cognito";
import { NewPasswordInput } from "./NewPasswordInput";
import { isStrong } from "./passwords";
import { Refusal } from "./Refusal";
import { useSubmit } from "./useSubmit";

/** A forgotten password: a code by e-mail, then a new one. Whether the address has an account is not told. */
export function ResetPasswordForm({ pool, onDone }: { pool: UserPool; onDone: () => Promise<void> }) {
  const { t } = useTranslation("auth");
  const [sent, setSent] = useState(false);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", code: "", password: "" },
    validate: {
      email: (value) => (value.trim() ? null : t("missing.email")),
      code: (value) => (!sent || /^\d{6}$/.test(value.trim()) ? null : t("missing.code")),
      password: (value) => (!sent || isStrong(value) ? null : t("weak-password")),
    },
  });
  const { submit, busy, error } = useSubmit(async ({ email, code, password }: { email: string; code: string; password: string }) => {
    if (!sent) {
      await pool.forgotPassword(email.trim());
      setSent(true);
      return;
    }
    await pool.confirmForgotPassword(email.trim(), code.trim(), password);
    await onDone();
  });
  return (
    <form onSubmit={form.onSubmit((values) => submit(values))} noValidate>
      <Stack>
        <Refusal text={error} />
        <TextInput label={t("email")} type="email" autoComplete="username" readOnly={sent} key={form.key("email")} {...form.getInputProps("email")} />
        {sent && (
          <>
            <Text size="sm" role="status">
              {t("forgot.sent")}
            </Text>
            <TextInput label={t("forgot.code")} inputMode="numeric" autoComplete="one-time-code" key={form.key("code")} {...form.getInputProps("code")} />
            <NewPasswordInput label={t("new-password.label")} key={form.key("password")} {...form.getInputProps("password")} />
          </>
        )}
        <Button type="submit" loading={busy} fullWidth>
          {t(sent ? "forgot.submit" : "forgot.send")}
        </Button>
      </Stack>
    </form>
  );
}
