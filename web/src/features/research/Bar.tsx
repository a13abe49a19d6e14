import { Container, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "@/app/Logo";
import { Preferences } from "@/app/Preferences";
import { LinkAnchor } from "@/components/links";

export function Bar({ children }: { children?: ReactNode }) {
  const { t } = useTranslation("research");
  return (
    <Container component="header" size="lg" py="sm">
      <Group justify="space-between" wrap="nowrap">
        <LinkAnchor to="/research" underline="never" aria-label={t("home")}>
          <Logo application={t("name")} />
        </LinkAnchor>
        <Group gap={4} wrap="nowrap">
          <Preferences />
          {children}
        </Group>
      </Group>
    </Container>
  );
}
