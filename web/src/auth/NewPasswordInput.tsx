import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** A password that is chosen, with the rule that it follows. */
export function NewPasswordInput(props: PasswordInputProps) {
  const { t } = useTranslation("auth");
  return <PasswordInput description={t("password-rule")} autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("show-password") }} {...props} />;
}
