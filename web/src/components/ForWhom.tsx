import { Group, Text } from "@mantine/core";
import { IconUser, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { patientQuery } from "@/api/patients";

/** Whose visit this is; that of somebody else than the reader stands out. */
export function ForWhom({ patientId }: { patientId: string }) {
  const { t } = useTranslation("visits");
  const me = useMe();
  const { data } = useQuery(patientQuery(patientId));
  const own = patientId === me.patient_id;
  const Icon = own ? IconUser : IconUsers;
  return (
    <Group gap={6} wrap="nowrap" c={own ? undefined : "var(--mantine-color-orange-light-color)"} component="span">
      <Icon size={18} stroke={1.5} aria-hidden />
      <Text span size="sm" fw={own ? undefined : 600}>
        {t("for", { name: data ? `${data.given_name} ${data.family_name}` : "…" })}
      </Text>
    </Group>
  );
}
