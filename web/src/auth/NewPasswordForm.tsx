import { Button, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { NewPasswordInput } from "./NewPasswordInput";
import { isStrong } from "./passwords";
import { Refusal } from "./Refusal";
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
        <Refusal text={error} />
        <NewPasswordInput label={t("new-password.label")} key={form.key("password")} {...form.getInputProps("password")} />
        <Button type="submit" loading={busy} fullWidth>
          {label}
        </Button>
      </Stack>
    </form>
  );
}
