import { Badge, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "./staff";

export function RoleBadges({ roles }: { roles: Role[] }) {
  const { t } = useTranslation("roles");
  return (
    <Group gap={6}>
      {roles.map((role) => (
        <Badge key={role} variant="light" color={role === "admin" ? "violet" : "teal"} tt="none" fw={500}>
          {t(role)}
        </Badge>
      ))}
    </Group>
  );
}
