import { Card, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { formatDate } from "@/components/time";

/** Who to call, where they live and who pays: what those read who treat a patient, and change nothing. */
export function Facts({ patient }: { patient: Schema<"PatientAnswer"> }) {
  const { t, i18n } = useTranslation("patients");
  const { t: profile } = useTranslation("profile");
  const { address } = patient;
  const facts = {
    contacts: patient.emergency_contacts.map(({ name, phone, relationship }) => `${name} (${profile(`relationship.${relationship}`)}), ${phone}`),
    address: address ? [...address.lines, [address.postal_code, address.city].filter(Boolean).join(" "), address.state, address.country].filter((line) => line !== null) : [],
    insurance: patient.insurance.map(({ payer, member_number: number, valid_to: end }) =>
      [payer, number, end && t("facts.valid-to", { date: formatDate(end, i18n.language) })].filter(Boolean).join(" · "),
    ),
  };
  return (
    <Card>
      <Stack component="dl" m={0}>
        {(["contacts", "address", "insurance"] as const).map((fact) => (
          <div key={fact}>
            <Text component="dt" size="sm" c="dimmed">
              {t(`facts.${fact}`)}
            </Text>
            {(facts[fact].length > 0 ? facts[fact] : [t("facts.none")]).map((line) => (
              <Text key={line} component="dd" m={0} style={{ overflowWrap: "anywhere" }}>
                {line}
              </Text>
            ))}
          </div>
        ))}
      </Stack>
    </Card>
  );
}
