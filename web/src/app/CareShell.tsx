import { AppShell, Burger, Group, ScrollArea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { sessions } from "@/auth/session";
import { LinkAnchor, LinkNav } from "@/components/links";
import { AccountMenu } from "./AccountMenu";
import { ActingFor, ActingForProvider } from "./acting";
import { entriesOf, holds } from "./feature";
import { navigation } from "./features";
import { IdleWatch } from "./IdleWatch";
import { Logo } from "./Logo";
import { PageLoading } from "./PageStates";
import { Preferences } from "./Preferences";
import { WorkingProviders } from "./WorkingProviders";

/** The frame around all of care's pages: who I am, for whom I act, where I can go. */
export function CareShell() {
  const { t } = useTranslation();
  const { t: nav } = useTranslation("nav");
  const [opened, { toggle, close }] = useDisclosure();
  const me = useMe();
  const { pathname } = useLocation();
  const router = useRouter();
  const entries = entriesOf(navigation, me);

  // Signed out, here or in another tab: the router's own rule then leads to the sign-in.
  useEffect(() => sessions.care.subscribe(() => void router.invalidate()), [router]);

  return (
    <WorkingProviders>
      <ActingForProvider>
        <AppShell
          header={{ height: 60 }}
          navbar={{ width: 248, breakpoint: "md", collapsed: { mobile: !opened } }}
          padding={{ base: "md", md: "xl" }}
          transitionDuration={0}
        >
          <AppShell.Header>
            <Group h="100%" px="md" justify="space-between" wrap="nowrap">
              <Group gap="sm" wrap="nowrap">
                <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t(opened ? "close-menu" : "open-menu")} aria-expanded={opened} />
                <LinkAnchor to="/home" underline="never" aria-label={t("home")}>
                  <Logo />
                </LinkAnchor>
              </Group>
              <Group gap={4} wrap="nowrap">
                <ActingFor />
                <Group gap={4} wrap="nowrap" visibleFrom="xs">
                  <Preferences />
                </Group>
                <AccountMenu session={sessions.care} accountPage="/account" signedOutPage="/login" />
              </Group>
            </Group>
          </AppShell.Header>
          <AppShell.Navbar p="sm" aria-label={t("navigation")}>
            <AppShell.Section grow component={ScrollArea}>
              {entries.map(({ to, label, icon: Icon, badge: Badge, leadsTo }) => (
                <LinkNav
                  key={to}
                  to={to}
                  label={nav(label)}
                  leftSection={<Icon size={20} stroke={1.5} />}
                  rightSection={
                    Badge && (
                      <Suspense>
                        <Badge />
                      </Suspense>
                    )
                  }
                  active={holds({ to, leadsTo }, pathname)}
                  onClick={close}
                  mb={4}
                />
              ))}
            </AppShell.Section>
            <AppShell.Section hiddenFrom="xs">
              <Group justify="flex-end">
                <Preferences />
              </Group>
            </AppShell.Section>
          </AppShell.Navbar>
          <AppShell.Main id="main">
            <Suspense fallback={<PageLoading />}>
              <Outlet />
            </Suspense>
          </AppShell.Main>
          <IdleWatch session={sessions.care} />
        </AppShell>
      </ActingForProvider>
    </WorkingProviders>
  );
}
