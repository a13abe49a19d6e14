import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { Refusal } from "./Refusal";
import { useSubmit } from "./useSubmit";

interface Props {
  label: string;
  text: string;
  submit: string;
  onSubmit: (code: string) => Promise<void>;
}

/** Asks for the six digits that an authenticator or an e-mail shows. */
export function CodeForm({ label, text, submit: submitLabel, onSubmit }: Props) {
  const { t } = useTranslation("auth");
  const { submit, busy, error } = useSubmit(onSubmit);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { code: "" },
    validate: { code: (value) => (/^\d{6}$/.test(digits(value)) ? null : t("missing.code")) },
  });
  return (
    <form onSubmit={form.onSubmit(({ code }) => submit(digits(code)))} noValidate>
      <Stack>
        <Text size="sm">{text}</Text>
        <Refusal text={error} />
        <TextInput label={label} inputMode="numeric" autoComplete="one-time-code" data-autofocus key={form.key("code")} {...form.getInputProps("code")} />
        <Button type="submit" loading={busy} fullWidth>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  );
}

function digits(code: string): string {
  return code.replaceAll(/\s/g, "");
}
