import { Button, CloseButton, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { practitionerQuery } from "@/api/practitioners";
import { PractitionerSelect } from "@/components/PractitionerSelect";

type Dismiss = (who: string, name: string) => void;

/** Who takes part in an encounter beside the doctor whose it is. */
export function Participants({ participants, onDismiss }: { participants: readonly string[]; onDismiss: Dismiss | undefined }) {
  const { t } = useTranslation("chart");
  if (participants.length === 0) return null;
  return (
    <div>
      <Text size="sm" c="dimmed" id="participants">
        {t("encounter.participants")}
      </Text>
      <Stack component="ul" gap={2} p={0} m={0} style={{ listStyle: "none" }} aria-labelledby="participants">
        {participants.map((who) => (
          <Participant key={who} who={who} onDismiss={onDismiss} />
        ))}
      </Stack>
    </div>
  );
}

/** Doctors stand in the directory; of a nurse there is the account alone. */
function Participant({ who, onDismiss }: { who: string; onDismiss: Dismiss | undefined }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const me = useMe();
  const isDoctor = who.startsWith("prc_");
  const doctor = useQuery({ ...practitionerQuery(who), enabled: isDoctor });
  const name = [me.user_id, me.practitioner_id].includes(who) ? record("you") : isDoctor ? (doctor.data?.display_name ?? "…") : record("nurse");
  return (
    <Group component="li" gap="xs" wrap="nowrap">
      <Text size="sm">{name}</Text>
      {onDismiss && <CloseButton size="sm" aria-label={t("encounter.dismiss-who", { name })} onClick={() => onDismiss(who, name)} />}
    </Group>
  );
}

interface AskProps {
  busy: boolean;
  onAsk: (practitionerId: string) => void;
  /** Beside the button that asks. */
  back: ReactNode;
  children: ReactNode;
}

/** Whom to let take part. */
export function Ask({ busy, onAsk, back, children }: AskProps) {
  const { t } = useTranslation("chart");
  const [who, setWho] = useState<string>();
  const [asked, setAsked] = useState(false);
  const send = () => {
    setAsked(true);
    if (who) onAsk(who);
  };
  return (
    <Stack>
      <PractitionerSelect
        label={t("encounter.ask-whom")}
        description={t("encounter.ask-text")}
        required
        value={who}
        onChange={setWho}
        error={asked && !who ? t("encounter.choose") : null}
        openOnFocus={false}
        data-autofocus
      />
      {children}
      <Group justify="flex-end">
        {back}
        <Button loading={busy} onClick={send}>
          {t("encounter.ask-submit")}
        </Button>
      </Group>
    </Stack>
  );
}
