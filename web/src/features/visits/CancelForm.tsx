import { Button, Chip, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { visitsChanged } from "@/api/visits";
import { Failure } from "@/components/states";

interface Props {
  /** What is given up, in a sentence. */
  text: string;
  submit: string;
  cancel: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

const REASONS = ["time", "better", "mistake", "other"] as const;

/** Asks why, and whether it is meant. */
export function CancelForm({ text, submit, cancel, onDone, onClose }: Props) {
  const { t } = useTranslation("visits");
  const queryClient = useQueryClient();
  const [reason, setReason] = useState<string>();
  const [words, setWords] = useState("");
  const given = reason === "other" ? words.trim() : reason && t(`cancel.reasons.${reason as (typeof REASONS)[number]}`);
  const cancellation = useMutation({
    mutationFn: cancel,
    onSuccess: onDone,
    onSettled: () => visitsChanged(queryClient),
  });
  return (
    <Stack>
      <Text size="sm">{text}</Text>
      <Stack gap="xs" role="group" aria-labelledby="cancel-why">
        <Text size="sm" fw={600} id="cancel-why">
          {t("cancel.why")}
        </Text>
        <Chip.Group value={reason ?? null} onChange={(value) => setReason(value)}>
          <Group gap="xs">
            {REASONS.map((code) => (
              <Chip key={code} value={code}>
                {t(`cancel.reasons.${code}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        {reason === "other" && (
          <Textarea label={t("cancel.words")} autosize minRows={2} maxLength={300} data-autofocus value={words} onChange={({ currentTarget }) => setWords(currentTarget.value)} />
        )}
      </Stack>
      <Failure error={cancellation.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("cancel.keep")}
        </Button>
        <Button color="red" disabled={!given} loading={cancellation.isPending} onClick={() => given && cancellation.mutate(given)}>
          {submit}
        </Button>
      </Group>
    </Stack>
  );
}
