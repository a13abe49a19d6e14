import { sessions } from "@/auth/session";
import { SignInSettings } from "@/auth/SignInSettings";

export function Account() {
  return <SignInSettings session={sessions.care} />;
}
