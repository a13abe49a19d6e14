import { Button, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { useMe } from "@/api/me";
import { problemOf } from "@/api/problems";
import { type Encounter, recordKey } from "@/api/record";
import { PractitionerSelect } from "@/components/PractitionerSelect";
import { Failure } from "@/components/states";

const CLASSES = ["AMB", "VR", "EMER", "HH"] as const;

/** Receives a patient: for a visit, or because they came. Doctors receive for themselves and begin at once. */
export function Receive({ patientId, visit }: { patientId: string; visit: string | undefined }) {
  const { t } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const me = useMe();
  const intent = useIntent();
  const queryClient = useQueryClient();
  const [place, setPlace] = useState<(typeof CLASSES)[number]>("AMB");
  const [practitioner, setPractitioner] = useState<string>();
  const [asked, setAsked] = useState(false);
  const begins = me.can("StartEncounter");
  const open = useMutation({
    mutationFn: async (body: Schema<"EncounterIn">) => {
      const opened = await openOrFind(body, intent.keyFor(body));
      if (!begins || !["planned", "arrived"].includes(opened.status)) return opened;
      return answered(care.POST("/v1/encounters/{encounter_id}/start", { params: { path: { encounter_id: opened.encounter_id }, header: { "If-Match": `"${opened.version}"` } } }));
    },
    onSuccess: () => {
      intent.done();
      return queryClient.invalidateQueries({ queryKey: recordKey(patientId) });
    },
  });
  const needsPractitioner = !visit && me.practitioner_id === null;
  const receive = () => {
    setAsked(true);
    if (visit) open.mutate({ appointment_id: visit });
    else if (!needsPractitioner || practitioner) open.mutate({ patient_id: patientId, class: place, ...(practitioner ? { practitioner_id: practitioner } : {}) });
  };
  return (
    <Stack gap="xs">
      <Title order={3}>{t("encounter.title")}</Title>
      <Text size="sm" c="dimmed">
        {t("encounter.none")}
      </Text>
      {!visit && (
        <Select
          label={t("encounter.class")}
          data={CLASSES.map((value) => ({ value, label: record(`class.${value}`) }))}
          value={place}
          onChange={(chosen) => chosen && setPlace(chosen)}
          allowDeselect={false}
        />
      )}
      {needsPractitioner && (
        <PractitionerSelect label={t("encounter.practitioner")} required value={practitioner} onChange={setPractitioner} error={asked && !practitioner ? t("encounter.choose") : null} />
      )}
      <Failure error={open.error} />
      <Group>
        <Button size="sm" loading={open.isPending} onClick={receive}>
          {t(visit ? "encounter.begin-visit" : begins ? "encounter.begin" : "encounter.receive")}
        </Button>
      </Group>
    </Stack>
  );
}

/** The encounter that a body opens, or the one that its visit has already. */
async function openOrFind(body: Schema<"EncounterIn">, key: string): Promise<Encounter> {
  try {
    return await answered(care.POST("/v1/encounters", { params: { header: { "Idempotency-Key": key } }, body }));
  } catch (error) {
    const known = problemOf(error, "encounter-exists");
    if (!known) throw error;
    return answered(care.GET("/v1/encounters/{encounter_id}", { params: { path: { encounter_id: known.encounter_id } } }));
  }
}
