import { Button, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Visit } from "@/api/visits";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { ReasonForm } from "../ReasonForm";
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
  const cancel = useMutation({
    mutationFn: (reason: string) => answered(care.POST("/v1/appointments/{appointment_id}/cancel", { params: atVersion(visit), body: { reason } })),
    onSuccess: (cancelled) => {
      changed(cancelled);
      onDone(cancelled);
    },
  });
  return (
    <Stack>
      <Text>{t("cancel.text")}</Text>
      <ReasonForm
        label={t("cancel.reason")}
        missing={t("cancel.missing")}
        usual={USUAL.map((usual) => t(`cancel.usual.${usual}`))}
        submit={t("cancel.submit")}
        danger
        busy={cancel.isPending}
        onSubmit={(reason) => cancel.mutate(reason)}
        back={
          <Button variant="default" onClick={onBack}>
            {t("cancel.back")}
          </Button>
        }
      >
        {cancel.isError && <Refusal error={cancel.error} zone={visit.time_zone} onChoose={() => undefined} onReload={onReload} />}
      </ReasonForm>
    </Stack>
  );
}
