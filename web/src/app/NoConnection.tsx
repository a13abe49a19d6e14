import { Button, Container, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useState } from "react";
import { isReachable } from "./config";
import { type Language, preferred } from "./i18n";

/** The words of the one page that is shown because no others came. */
const WORDS: Record<Language, { title: string; text: string; retry: string; still: string }> = {
  en: {
    title: "No connection",
    text: "Salus could not be loaded. Nothing is lost; as soon as the network is back it goes on.",
    retry: "Try again",
    still: "There is still no connection.",
  },
  de: {
    title: "Keine Verbindung",
    text: "Salus konnte nicht geladen werden. Es ist nichts verloren; sobald das Netz wieder da ist, geht es weiter.",
    retry: "Noch einmal versuchen",
    still: "Es gibt noch keine Verbindung.",
  },
};

/** What stands here when the network went away while the portal was loaded for the first time. */
export function NoConnection() {
  const words = WORDS[preferred()];
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const retry = async () => {
    setBusy(true);
    if (await isReachable()) window.location.reload();
    else setFailed(true);
    setBusy(false);
  };
  useWindowEvent("online", () => void retry());
  return (
    <Container size="sm" py={80}>
      <title>{`${words.title} · Salus`}</title>
      <Stack component="main" align="flex-start">
        <ThemeIcon size={56} radius="xl" variant="light">
          <IconPlugConnectedX size={28} stroke={1.5} />
        </ThemeIcon>
        <Title order={1}>{words.title}</Title>
        <Text c="dimmed">{words.text}</Text>
        <Button loading={busy} onClick={() => void retry()}>
          {words.retry}
        </Button>
        <Text role="status" size="sm" c="dimmed">
          {failed && !busy && words.still}
        </Text>
      </Stack>
    </Container>
  );
}
