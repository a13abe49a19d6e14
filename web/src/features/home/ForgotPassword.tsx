import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { AuthCard } from "@/auth/AuthCard";
import { ResetPasswordForm } from "@/auth/ResetPasswordForm";
import { sessions } from "@/auth/session";
import { notifyDone } from "@/components/notify";

export function ForgotPassword() {
  const { t } = useTranslation("auth");
  const navigate = useNavigate();
  const done = async () => {
    notifyDone(t("forgot.done"));
    await navigate({ to: "/login" });
  };
  return (
    <AuthCard title={t("forgot.title")} text={t("forgot.text")}>
      <ResetPasswordForm pool={sessions.care.pool} onDone={done} />
    </AuthCard>
  );
}
