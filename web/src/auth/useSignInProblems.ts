import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { ConnectionError } from "@/api/problems";
import { SignInError } from "./cognito";

/** What the user pool refused, in the reader's language. */
export function useSignInProblems(): (error: unknown) => string {
  const { t } = useTranslation(["auth", "problems"]);
  return (error) => {
    if (error instanceof ConnectionError) return t("problems:connection");
    if (!(error instanceof SignInError)) return t("problems:unexpected");
    const key = `refused.${error.code}`;
    return i18next.exists(key, { ns: "auth" }) ? t(key as "refused.NotAuthorizedException") : t("refused.other");
  };
}
