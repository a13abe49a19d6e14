import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeForm } from "./CodeForm";
import { QrCode } from "./QrCode";
import { Refusal } from "./Refusal";
import { useSubmit } from "./useSubmit";

interface Props {
  text: string;
  /** Whose entry it is in the authenticator. */
  account: string;
  /** Gives the secret. */
  begin: () => Promise<string>;
  finish: (code: string) => Promise<void>;
}

/** Enrols an authenticator app: a QR code, the secret for who cannot scan, and a first code as proof. */
export function TotpSetup({ text, account, begin, finish }: Props) {
  const { t } = useTranslation("auth");
  const [secret, setSecret] = useState<string>();
  const { submit, busy, error } = useSubmit(async () => setSecret(await begin()));
  if (secret === undefined)
    return (
      <Stack>
        <Refusal text={error} />
        <Group justify="space-between">
          <Text size="sm" flex={1} miw="12rem">
            {text}
          </Text>
          <Button onClick={() => void submit()} loading={busy}>
            {t("totp-setup.begin")}
          </Button>
        </Group>
      </Stack>
    );
  const uri = `otpauth://totp/${encodeURIComponent(`Salus:${account}`)}?secret=${secret}&issuer=Salus`;
  return (
    <Stack>
      <Text size="sm">{t("totp-setup.scan")}</Text>
      <QrCode text={uri} label={t("totp-setup.qr")} />
      <Text size="sm">
        {t("totp-setup.secret")} <Code style={{ overflowWrap: "anywhere" }}>{secret.match(/.{1,4}/g)?.join(" ")}</Code>
      </Text>
      <CodeForm label={t("totp.label")} text={t("totp-setup.prove")} submit={t("totp-setup.finish")} onSubmit={finish} />
    </Stack>
  );
}
