import { Badge, Group, Paper, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { type Entry, summaryQuery } from "@/api/record";
import { EmergencyBanner } from "@/components/emergency/EmergencyBanner";
import { LinkAnchor } from "@/components/links";
import { dayOf, formatDate, ownZone } from "@/components/time";
import { ageOn } from "./age";
import classes from "./Chart.module.css";

interface Props {
  patient: Schema<"PatientAnswer">;
  /** What showed the patient because of an emergency is over. */
  onEnd: () => void;
}

/** Whose chart this is and what must not be overlooked; it stays in sight. */
export function PatientBanner({ patient, onEnd }: Props) {
  const { t, i18n } = useTranslation("chart");
  const { t: profile } = useTranslation("profile");
  const { count, unit } = ageOn(dayOf(new Date(), ownZone()), patient.birth_date);
  const facts = [t(`age.${unit}`, { count }), t("born", { date: formatDate(patient.birth_date, i18n.language, { dateStyle: "medium" }) }), ...(patient.sex === "unknown" ? [] : [profile(`sex.${patient.sex}`)])];
  return (
    <Paper component="section" aria-label={t("banner")} withBorder className={classes.banner}>
      <Group gap="xs" style={{ rowGap: 2 }} align="baseline">
        <Title order={2} size="h3">
          <LinkAnchor to="/patients/$patientId" params={{ patientId: patient.patient_id }} inherit c="inherit" underline="hover">
            {patient.given_name} {patient.family_name}
          </LinkAnchor>
        </Title>
        <Text size="sm" c="dimmed">
          {facts.join(" · ")}
        </Text>
      </Group>
      <Group gap="md" style={{ rowGap: 4 }}>
        <Allergies patientId={patient.patient_id} />
        <EmergencyBanner patientId={patient.patient_id} onEnd={onEnd} compact />
      </Group>
    </Paper>
  );
}

function Allergies({ patientId }: { patientId: string }) {
  const { t } = useTranslation("record");
  const { t: chart } = useTranslation("chart");
  const summary = useQuery(summaryQuery(patientId));
  if (!summary.data) return summary.isError && <Text size="sm">{chart("allergies-unknown")}</Text>;
  const { allergies } = summary.data;
  if (allergies.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t("summary.no-allergies")}
      </Text>
    );
  return (
    <Group gap={6} component="ul" p={0} m={0} aria-label={t("summary.allergies")} style={{ listStyle: "none" }}>
      {allergies.map((allergy) => (
        <li key={allergy.entry_id}>
          <Allergy allergy={allergy} />
        </li>
      ))}
    </Group>
  );
}

function Allergy({ allergy: { content } }: { allergy: Entry<"allergy"> }) {
  const { t } = useTranslation("record");
  const grave = content.severity === "severe" || content.criticality === "high";
  const severity = content.severity && t(`severity.${content.severity}`);
  return (
    <Badge variant={grave ? "filled" : "light"} color="red" tt="none" leftSection={<IconAlertTriangle size={12} stroke={2} />} maw="100%">
      {[content.substance, severity].filter(Boolean).join(", ")}
    </Badge>
  );
}
