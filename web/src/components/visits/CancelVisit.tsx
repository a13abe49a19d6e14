import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { atVersion, useVisitChanged } from "./change";
import { Refusal } from "./Refusal";

interface Props {
  visit: Visit;
  onDone: (visit: Visit) => void;
  onBack: () => void;
  onReload: () => void;
}

const USUAL = ["patient", "ill", "practitioner"] as const;

/** Cancels a visit with the reason that stays in its history. */
export function CancelVisit({ visit, onDone, onBack, onReload }: Props) {
  const { t } = useTranslation("visit");
  const changed = useVisitChanged();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const cancel = useMutation({
    mutationFn: () => answered(care.POST("/v1/appointments/{appointment_id}/cancel", { params: atVersion(visit), body: { reason: reason.trim() } })),
    onSuccess: (cancelled) => {
      changed(cancelled);
      onDone(cancelled);
    },
  });
  const submit = () => {
    setMissing(!reason.trim());
    if (reason.trim()) cancel.mutate();
  };
  return (
    <Stack>
      <Text>{t("cancel.text")}</Text>
      <Group gap="xs">
        {USUAL.map((usual) => (
          <Button key={usual} size="compact-sm" variant="light" onClick={() => setReason(t(`cancel.usual.${usual}`))}>
            {t(`cancel.usual.${usual}`)}
          </Button>
        ))}
      </Group>
      <Textarea
        label={t("cancel.reason")}
        required
        maxLength={300}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={missing && !reason.trim() ? t("cancel.missing") : null}
        data-autofocus
      />
      {cancel.isError && <Refusal error={cancel.error} zone={visit.time_zone} onChoose={() => undefined} onReload={onReload} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onBack}>
          {t("cancel.back")}
        </Button>
        <Button color="red" loading={cancel.isPending} onClick={submit}>
          {t("cancel.submit")}
        </Button>
      </Group>
    </Stack>
  );
}
