import { Alert, Button, Center, Skeleton, Stack, Text, ThemeIcon, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCalendarOff } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useProblems } from "@/api/useProblems";

/** What stands where a list will be. */
export function Loading({ rows = 3, height = 72 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{t("loading")}</VisuallyHidden>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} radius="lg" />
      ))}
    </Stack>
  );
}

interface EmptyProps {
  title: string;
  text?: string;
  icon?: ComponentType<{ size?: number; stroke?: number }>;
  /** The next sensible thing to do. */
  action?: ReactNode;
}

/** That there is nothing, and what to do about it. */
export function Empty({ title, text, icon: Icon = IconCalendarOff, action }: EmptyProps) {
  return (
    <Center py="xl">
      <Stack align="center" gap="sm" maw="26rem" ta="center">
        <ThemeIcon size={56} radius="xl" variant="light">
          <Icon size={28} stroke={1.5} />
        </ThemeIcon>
        <Text fw={600}>{title}</Text>
        {text && <Text c="dimmed">{text}</Text>}
        {action}
      </Stack>
    </Center>
  );
}

interface FailureProps {
  error: unknown;
  retry?: () => void;
  /** Other ways out than trying again. */
  children?: ReactNode;
}

/** That something failed, in words, and what can be done about it; nothing while there is no error. */
export function Failure({ error, retry, children }: FailureProps) {
  const { t } = useTranslation();
  const problems = useProblems();
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle />} title={problems.text(error)} role="alert">
      {retry ? (
        <Button size="xs" variant="default" onClick={retry}>
          {t("retry")}
        </Button>
      ) : (
        children
      )}
    </Alert>
  );
}
