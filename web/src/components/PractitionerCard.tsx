import { Avatar, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { useSpecialtyNames } from "@/api/specialties";
import { formatMoney } from "./time";

interface Props {
  practitioner: Schema<"PractitionerAnswer">;
  /** Below the facts: free times, buttons. */
  children?: ReactNode;
}

/** Who a practitioner is, as patients choose by. */
export function PractitionerCard({ practitioner, children }: Props) {
  const { t, i18n } = useTranslation();
  const specialty = useSpecialtyNames();
  const languages = new Intl.DisplayNames(i18n.language, { type: "language" });
  const { display_name: name, department_name: department, fee } = practitioner;
  return (
    <Card component="article">
      <Stack gap="md">
        <Group wrap="nowrap" align="flex-start">
          <Avatar name={`${practitioner.given_name} ${practitioner.family_name}`} color="initials" size="lg" radius="xl" aria-hidden />
          <Stack gap={6} miw={0}>
            <Title order={3}>{name}</Title>
            <Group gap={6}>
              {practitioner.specialties.map((code) => (
                <Badge key={code} variant="light" tt="none" fw={500}>
                  {specialty(code)}
                </Badge>
              ))}
            </Group>
            <Text size="sm" c="dimmed">
              {[
                department,
                practitioner.languages.map((code) => languages.of(code) ?? code).join(", "),
                t("fee", { amount: formatMoney(fee.minor, fee.currency, i18n.language) }),
              ]
                .filter(Boolean)
                .join(" · ")}
            </Text>
          </Stack>
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
