import { Button, Group, Stack, Textarea } from "@mantine/core";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  pending: boolean;
  onDirty: (dirty: boolean) => void;
  onBack: () => void;
  onCancel: (reason: string) => void;
}

/** Why a visit is cancelled; the patient reads it too. */
export function CancelVisit({ pending, onDirty, onBack, onCancel }: Props) {
  const { t } = useTranslation("calendar");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (reason.trim()) onCancel(reason.trim());
    else setMissing(true);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <Textarea
          label={t("cancel.reason")}
          description={t("cancel.hint")}
          required
          autosize
          minRows={2}
          maxLength={300}
          data-autofocus
          ref={focused}
          value={reason}
          error={missing && !reason.trim() ? t("cancel.missing") : undefined}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            onDirty(event.currentTarget.value.trim() !== "");
          }}
        />
        <Group gap="xs">
          <Button type="submit" color="red" loading={pending}>
            {t("cancel.confirm")}
          </Button>
          <Button variant="default" onClick={onBack}>
            {t("back")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function focused(field: HTMLTextAreaElement | null): void {
  field?.focus();
}
