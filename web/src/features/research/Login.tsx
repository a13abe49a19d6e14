import { Container } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { AuthCard } from "@/auth/AuthCard";
import { sessions } from "@/auth/session";
import { SignInForm } from "@/auth/SignInForm";
import { useSession } from "@/auth/useSession";
import { Bar } from "./Bar";

export function Login() {
  const { t } = useTranslation("research");
  const navigate = useNavigate();
  const state = useSession(sessions.research);

  useEffect(() => {
    // Without a connection the attempt to sign in says so.
    sessions.research.restore().catch(() => undefined);
  }, []);
  useEffect(() => {
    if (state === "signed-in") void navigate({ to: "/research", replace: true });
  }, [state, navigate]);

  return (
    <>
      <Bar />
      <Container component="main" id="main" py="xl">
        <AuthCard title={t("sign-in.title")} text={t("sign-in.text")}>
          <SignInForm session={sessions.research} />
        </AuthCard>
      </Container>
    </>
  );
}
