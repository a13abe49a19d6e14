import { Alert, Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { isStrong } from "./passwords";
import { useSubmit } from "./useSubmit";

interface Props {
  label: string;
  text: string;
  onSubmit: (password: string) => Promise<void>;
}

export function NewPasswordForm({ label, text, onSubmit }: Props) {
  const { t } = useTranslation("auth");
  const { submit, busy, error } = useSubmit(onSubmit);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { password: "" },
    validate: { password: (value) => (isStrong(value) ? null : t("weak-password")) },
  });
  return (
    <form onSubmit={form.onSubmit(({ password }) => submit(password))} noValidate>
      <Stack>
        <Text size="sm">{text}</Text>
        {error && (
          <Alert color="red" role="alert">
            {error}
          </Alert>
        )}
        <PasswordInput
          label={t("new-password.label")}
          description={t("password-rule")}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("show-password") }}
          key={form.key("password")}
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={busy} fullWidth>
          {label}
        </Button>
      </Stack>
    </form>
  );
}
