import { Button, Container, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ConnectionError } from "@/api/problems";
import { useProblems } from "@/api/useProblems";
import { Loading } from "@/components/states";

export function PageLoading() {
  return (
    <Container size="lg" py="xl">
      <Loading />
    </Container>
  );
}

/** A page that could not be shown; trying again loads it anew. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const problems = useProblems();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py={80}>
      <title>{`${t("page-failed")} · Salus`}</title>
      <Stack component="main" align="flex-start" role="alert">
        <ThemeIcon size={56} radius="xl" variant="light" color="orange">
          <IconPlugConnectedX size={28} stroke={1.5} />
        </ThemeIcon>
        <Title order={1}>{t("page-failed")}</Title>
        <Text c="dimmed">{problems.text(navigator.onLine ? error : new ConnectionError())}</Text>
        <Button onClick={retry}>{t("retry")}</Button>
      </Stack>
    </Container>
  );
}
