import { ConnectionError } from "@/api/problems";
import { loadConfig, type PoolConfig } from "@/app/config";

/** Cognito user pools, by their JSON protocol: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/ */
export type Application = "care" | "research";

export interface Tokens {
  idToken: string;
  accessToken: string;
  refreshToken: string;
}

/** What stands between a right password and a session. */
export type Challenge = { session: string; username: string } & (
  | { kind: "new-password" }
  | { kind: "totp" }
  | { kind: "totp-setup" }
);

export type Answer = { kind: "tokens"; tokens: Tokens } | Challenge;

/** Cognito said no; `code` is its exception's name, which is what people are told about. */
export class SignInError extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = "SignInError";
  }
}

interface AuthenticationAnswer {
  AuthenticationResult?: { IdToken: string; AccessToken: string; RefreshToken?: string };
  ChallengeName?: string;
  ChallengeParameters?: Record<string, string>;
  Session?: string;
}

export class UserPool {
  constructor(private readonly application: Application) {}

  async signIn(username: string, password: string): Promise<Answer> {
    const answer = await this.call<AuthenticationAnswer>("InitiateAuth", {
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: username, PASSWORD: password },
    });
    return understood(answer, username);
  }

  async refresh(refreshToken: string): Promise<Tokens> {
    const answer = await this.call<AuthenticationAnswer>("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: refreshToken },
    });
    return tokensOf(answer, refreshToken);
  }

  async setNewPassword(challenge: Challenge, password: string): Promise<Answer> {
    return this.respond(challenge, "NEW_PASSWORD_REQUIRED", { NEW_PASSWORD: password });
  }

  async answerTotp(challenge: Challenge, code: string): Promise<Answer> {
    return this.respond(challenge, "SOFTWARE_TOKEN_MFA", { SOFTWARE_TOKEN_MFA_CODE: code });
  }

  /** Begin to enrol an authenticator that the pool demands at sign-in; the challenge goes on with the new session. */
  async beginTotpSetup(challenge: Challenge): Promise<{ secret: string; challenge: Challenge }> {
    const answer = await this.call<{ SecretCode: string; Session: string }>("AssociateSoftwareToken", {
      Session: challenge.session,
    });
    return { secret: answer.SecretCode, challenge: { ...challenge, session: answer.Session } };
  }

  async finishTotpSetup(challenge: Challenge, code: string): Promise<Answer> {
    const { Session } = await this.call<{ Session: string }>("VerifySoftwareToken", {
      Session: challenge.session,
      UserCode: code,
    });
    return this.respond({ ...challenge, session: Session }, "MFA_SETUP", {});
  }

  async revoke(refreshToken: string): Promise<void> {
    await this.call("RevokeToken", { Token: refreshToken });
  }

  async forgotPassword(username: string): Promise<void> {
    await this.call("ForgotPassword", { Username: username });
  }

  async confirmForgotPassword(username: string, code: string, password: string): Promise<void> {
    await this.call("ConfirmForgotPassword", { Username: username, ConfirmationCode: code, Password: password });
  }

  async changePassword(accessToken: string, current: string, proposed: string): Promise<void> {
    await this.call("ChangePassword", { AccessToken: accessToken, PreviousPassword: current, ProposedPassword: proposed });
  }

  async user(accessToken: string): Promise<{ totp: boolean; emailVerified: boolean }> {
    const answer = await this.call<{
      UserMFASettingList?: string[];
      UserAttributes: { Name: string; Value?: string }[];
    }>("GetUser", { AccessToken: accessToken });
    return {
      totp: answer.UserMFASettingList?.includes("SOFTWARE_TOKEN_MFA") ?? false,
      emailVerified: answer.UserAttributes.some(({ Name, Value }) => Name === "email_verified" && Value === "true"),
    };
  }

  async beginTotp(accessToken: string): Promise<string> {
    const answer = await this.call<{ SecretCode: string }>("AssociateSoftwareToken", { AccessToken: accessToken });
    return answer.SecretCode;
  }

  async finishTotp(accessToken: string, code: string): Promise<void> {
    await this.call("VerifySoftwareToken", { AccessToken: accessToken, UserCode: code });
    await this.setTotp(accessToken, true);
  }

  async setTotp(accessToken: string, enabled: boolean): Promise<void> {
    await this.call("SetUserMFAPreference", {
      AccessToken: accessToken,
      SoftwareTokenMfaSettings: { Enabled: enabled, PreferredMfa: enabled },
    });
  }

  async sendEmailCode(accessToken: string): Promise<void> {
    await this.call("GetUserAttributeVerificationCode", { AccessToken: accessToken, AttributeName: "email" });
  }

  async verifyEmail(accessToken: string, code: string): Promise<void> {
    await this.call("VerifyUserAttribute", { AccessToken: accessToken, AttributeName: "email", Code: code });
  }

  private async respond(challenge: Challenge, name: string, answers: Record<string, string>): Promise<Answer> {
    const answer = await this.call<AuthenticationAnswer>("RespondToAuthChallenge", {
      ChallengeName: name,
      Session: challenge.session,
      ChallengeResponses: { USERNAME: challenge.username, ...answers },
    });
    return understood(answer, challenge.username);
  }

  private async call<T = unknown>(action: string, body: object): Promise<T> {
    const pool: PoolConfig = (await loadConfig())[this.application];
    const answer = await send(pool.sign_in, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `AWSCognitoIdentityProviderService.${action}`,
      },
      body: JSON.stringify(NEEDS_CLIENT.has(action) ? { ClientId: pool.client_id, ...body } : body),
      cache: "no-store",
      credentials: "omit",
    });
    const content = (await answer.json().catch(() => ({}))) as { __type?: string };
    if (!answer.ok) throw new SignInError(content.__type?.split("#").pop() ?? "ServiceUnavailable");
    return content as T;
  }
}

/** @throws {ConnectionError} nobody answered. */
async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch {
    throw new ConnectionError();
  }
}

const NEEDS_CLIENT = new Set([
  "InitiateAuth",
  "RespondToAuthChallenge",
  "RevokeToken",
  "ForgotPassword",
  "ConfirmForgotPassword",
]);

const CHALLENGES: Record<string, Challenge["kind"]> = {
  NEW_PASSWORD_REQUIRED: "new-password",
  SOFTWARE_TOKEN_MFA: "totp",
  MFA_SETUP: "totp-setup",
};

function understood(answer: AuthenticationAnswer, username: string): Answer {
  if (answer.AuthenticationResult) return { kind: "tokens", tokens: tokensOf(answer) };
  const kind = CHALLENGES[answer.ChallengeName ?? ""];
  if (!kind || !answer.Session) throw new SignInError("UnknownChallenge");
  return { kind, session: answer.Session, username: answer.ChallengeParameters?.USER_ID_FOR_SRP ?? username };
}

function tokensOf({ AuthenticationResult: result }: AuthenticationAnswer, refreshToken = ""): Tokens {
  if (!result) throw new SignInError("NotAuthorizedException");
  return {
    idToken: result.IdToken,
    accessToken: result.AccessToken,
    refreshToken: result.RefreshToken ?? refreshToken,
  };
}
