import { Box, Container, Group } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { LinkAnchor } from "@/components/links";
import { Logo } from "./Logo";
import { PageLoading } from "./PageStates";
import { Preferences } from "./Preferences";

export function PublicShell() {
  const { t } = useTranslation();
  return (
    <>
      <Container component="header" size="lg" py="sm">
        <Group justify="space-between" wrap="nowrap">
          <LinkAnchor to="/" underline="never" aria-label={t("home")}>
            <Logo />
          </LinkAnchor>
          <Group gap={4} wrap="nowrap">
            <Preferences />
          </Group>
        </Group>
      </Container>
      <Box component="main" id="main">
        <Container size="lg" py={{ base: "lg", sm: "xl" }}>
          <Suspense fallback={<PageLoading />}>
            <Outlet />
          </Suspense>
        </Container>
      </Box>
    </>
  );
}
