import { Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { AuthCard } from "@/auth/AuthCard";
import { sessions } from "@/auth/session";
import { SignInForm } from "@/auth/SignInForm";
import { useSession } from "@/auth/useSession";
import { LinkAnchor } from "@/components/links";

export function Login() {
  const { t } = useTranslation("auth");
  const { next } = useSearch({ from: "/public/login" });
  const navigate = useNavigate();
  const state = useSession(sessions.care);

  useEffect(() => {
    // Without a connection the attempt to sign in says so.
    sessions.care.restore().catch(() => undefined);
  }, []);
  useEffect(() => {
    if (state === "signed-in") void navigate({ href: next ?? "/home", replace: true });
  }, [state, next, navigate]);

  return (
    <AuthCard title={t("sign-in.title")} text={t("sign-in.text")}>
      <SignInForm session={sessions.care} forgotten={<LinkAnchor to="/forgot-password" size="sm">{t("forgot.link")}</LinkAnchor>} />
      <Text size="sm" ta="center" mt="lg">
        {t("sign-in.new")} <LinkAnchor to="/register">{t("register.link")}</LinkAnchor>
      </Text>
    </AuthCard>
  );
}
