import { Badge, Box, Card, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Entry } from "@/api/record";
import { When } from "@/components/When";
import { Author } from "./Author";
import { EntryContent } from "./EntryContent";
import { KIND_ICONS } from "./kinds";
import { Versions } from "./Versions";

interface Props {
  entry: Entry;
  /** For who is no clinician. */
  plain?: boolean;
  /** What can be done with it. */
  actions?: ReactNode;
}

/** One entry of a record: what it is, when it was so, who wrote it, what it says and said before. */
export function EntryCard({ entry, plain = false, actions }: Props) {
  const { t } = useTranslation("record");
  const Icon = KIND_ICONS[entry.kind];
  const inError = entry.status === "entered-in-error";
  const written = entry.kind === "encounter" ? null : entry;
  const corrected = written !== null && written.version > 1;
  const title = `entry-${entry.entry_id}`;
  return (
    <Card component="article" padding="md" aria-labelledby={title}>
      <Group align="flex-start" wrap="nowrap" gap="sm">
        <ThemeIcon variant="light" size="lg" radius="xl" color={inError ? "gray" : undefined} visibleFrom="xs">
          <Icon size={20} stroke={1.5} />
        </ThemeIcon>
        <Stack gap={6} flex={1} miw={0}>
          <Group gap="xs" justify="space-between">
            <Text size="sm" id={title}>
              <b>{t(plain ? `plain.${entry.kind}` : `kind.${entry.kind}`)}</b> · <When at={entry.at} />
              {written && (
                <Text span size="sm" c="dimmed">
                  {" "}
                  {t("by")} <Author author={written.author} />
                </Text>
              )}
            </Text>
            {inError ? (
              <Badge variant="light" color="red" tt="none">
                {t("in-error")}
              </Badge>
            ) : (
              corrected && (
                <Badge variant="light" color="gray" tt="none">
                  {t("corrected")}
                </Badge>
              )
            )}
          </Group>
          <Box td={inError ? "line-through" : undefined}>
            <EntryContent entry={entry} plain={plain} />
          </Box>
          {actions && <Group gap="xs">{actions}</Group>}
          {corrected && <Versions entry={written} />}
        </Stack>
      </Group>
    </Card>
  );
}
