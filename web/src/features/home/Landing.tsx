import { Box, Group, SimpleGrid, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCalendarCheck, IconSearch, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { sessions } from "@/auth/session";
import { useSession } from "@/auth/useSession";
import { LinkAnchor, LinkButton } from "@/components/links";
import classes from "./Landing.module.css";

const POINTS = { find: IconSearch, visits: IconCalendarCheck, family: IconUsers } as const;

export function Landing() {
  const { t } = useTranslation("home");
  const state = useSession(sessions.care);
  return (
    <Stack gap={64} py={{ base: "md", sm: 48 }}>
      <title>Salus</title>
      <Box maw="40rem">
        <Title order={1} className={classes.title ?? ""}>
          {t("title")}
        </Title>
        <Text fz="lg" c="dimmed" mt="md">
          {t("text")}
        </Text>
        <Group mt="xl">
          {state === "signed-in" ? (
            <LinkButton to="/home" size="md">
              {t("go-on")}
            </LinkButton>
          ) : (
            <>
              <LinkButton to="/login" size="md">
                {t("sign-in")}
              </LinkButton>
              <LinkButton to="/register" size="md" variant="default">
                {t("register")}
              </LinkButton>
            </>
          )}
        </Group>
      </Box>
      <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xl">
        {(Object.keys(POINTS) as (keyof typeof POINTS)[]).map((point) => {
          const Icon = POINTS[point];
          return (
            <Stack key={point} gap="xs">
              <ThemeIcon size={44} radius="lg" variant="light">
                <Icon size={24} stroke={1.5} />
              </ThemeIcon>
              <Title order={2} size="h3">
                {t(`points.${point}.title`)}
              </Title>
              <Text c="dimmed">{t(`points.${point}.text`)}</Text>
            </Stack>
          );
        })}
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {t("research")} <LinkAnchor to="/research">{t("to-research")}</LinkAnchor>
      </Text>
    </Stack>
  );
}
