import { Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openCare, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { useProblems } from "@/api/useProblems";
import { AuthCard } from "@/auth/AuthCard";
import { NewPasswordInput } from "@/auth/NewPasswordInput";
import { isStrong } from "@/auth/passwords";
import { sessions } from "@/auth/session";
import { LinkAnchor } from "@/components/links";
import { Failure } from "@/components/states";

type Registration = Schema<"NewRegistration">;

const EMPTY = { given_name: "", family_name: "", birth_date: "", sex: "unknown" as Registration["sex"], phone: "", email: "", password: "" };

/** Registers a patient and signs them in. */
export function Register() {
  const { t, i18n } = useTranslation("auth");
  const navigate = useNavigate();
  const problems = useProblems();
  const intent = useIntent();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: EMPTY,
    validate: {
      given_name: (value) => (value.trim() ? null : t("missing.name")),
      family_name: (value) => (value.trim() ? null : t("missing.name")),
      birth_date: (value) => (value ? null : t("missing.birth-date")),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t("missing.email")),
      password: (value) => (isStrong(value) ? null : t("weak-password")),
    },
  });
  const registration = useMutation({
    mutationFn: async ({ phone, ...fields }: typeof EMPTY) => {
      const body: Registration = { ...fields, email: fields.email.trim(), language: i18n.language, ...(phone.trim() ? { phone: phone.trim() } : {}) };
      await answered(openCare.POST("/v1/registrations", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
      const answer = await sessions.care.pool.signIn(body.email, body.password);
      if (answer.kind === "tokens") sessions.care.begin(answer.tokens);
    },
    onSuccess: () => navigate({ to: "/home" }),
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  const sexes = (["female", "male", "other", "unknown"] as const).map((value) => ({ value, label: t(`sex.${value}`) }));

  return (
    <AuthCard title={t("register.title")} text={t("register.text")}>
      <form onSubmit={form.onSubmit((values) => registration.mutate(values))} noValidate>
        <Stack>
          <Failure error={registration.error} />
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput label={t("given-name")} required autoComplete="given-name" key={form.key("given_name")} {...form.getInputProps("given_name")} />
            <TextInput label={t("family-name")} required autoComplete="family-name" key={form.key("family_name")} {...form.getInputProps("family_name")} />
            <TextInput label={t("birth-date")} required type="date" autoComplete="bday" key={form.key("birth_date")} {...form.getInputProps("birth_date")} />
            <Select label={t("sex.label")} data={sexes} allowDeselect={false} key={form.key("sex")} {...form.getInputProps("sex")} />
          </SimpleGrid>
          <TextInput label={t("phone")} type="tel" autoComplete="tel" key={form.key("phone")} {...form.getInputProps("phone")} />
          <TextInput label={t("email")} required type="email" autoComplete="username" key={form.key("email")} {...form.getInputProps("email")} />
          <NewPasswordInput label={t("password")} required key={form.key("password")} {...form.getInputProps("password")} />
          <Button type="submit" loading={registration.isPending} fullWidth>
            {t("register.submit")}
          </Button>
          <Group justify="center">
            <Text size="sm">
              {t("register.known")} <LinkAnchor to="/login">{t("sign-in.link")}</LinkAnchor>
            </Text>
          </Group>
        </Stack>
      </form>
    </AuthCard>
  );
}
