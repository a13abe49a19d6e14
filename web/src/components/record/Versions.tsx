import { Box, Button, Collapse, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure, useId } from "@mantine/hooks";
import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Entry, versionsQuery, type Written } from "@/api/record";
import { Query } from "@/components/Query";
import { When } from "@/components/When";
import { Author } from "./Author";
import { type Difference, differences, factsOf } from "./facts";

/** How an entry came to say what it says: each version with who wrote it, when and why, and what it changed. */
export function Versions({ entry }: { entry: Entry<Written> }) {
  const { t } = useTranslation("record");
  const [opened, { toggle }] = useDisclosure();
  const id = useId();
  return (
    <Box>
      <Button variant="subtle" size="compact-sm" leftSection={<IconHistory size={16} stroke={1.5} />} aria-expanded={opened} aria-controls={id} onClick={toggle}>
        {t(opened ? "versions-hide" : "versions")}
      </Button>
      <Collapse expanded={opened} id={id}>
        {opened && <List entry={entry} />}
      </Collapse>
    </Box>
  );
}

function List({ entry }: { entry: Entry<Written> }) {
  const versions = useQuery(versionsQuery(entry.patient_id, entry.entry_id));
  return (
    <Box mt="sm" ps="md" style={{ borderInlineStart: "2px solid var(--mantine-color-default-border)" }}>
      <Query query={versions}>
        {(items) => (
          <Stack component="ol" gap="md" p={0} m={0} style={{ listStyle: "none" }}>
            {items.map((version, at) => (
              <Version key={version.version} version={version as Entry<Written>} before={items[at - 1] as Entry<Written> | undefined} />
            )).reverse()}
          </Stack>
        )}
      </Query>
    </Box>
  );
}

function Version({ version, before }: { version: Entry<Written>; before: Entry<Written> | undefined }) {
  const { t, i18n } = useTranslation("record");
  const facts = factsOf(version, t, i18n.language);
  const changes = differences(before ? factsOf(before, t, i18n.language) : [], facts);
  return (
    <Stack component="li" gap={2} style={{ overflowWrap: "anywhere" }}>
      <Text size="sm" fw={600}>
        {t("version", { number: version.version })} · <When at={version.recorded_at} inherit /> {t("by")} <Author author={version.author} />
      </Text>
      {version.reason && <Text size="sm">{t("because", { reason: version.reason })}</Text>}
      {version.status === "entered-in-error" && <Text size="sm">{t("in-error")}</Text>}
      {!before && (
        <Text size="sm" c="dimmed">
          {t("first-version")}
        </Text>
      )}
      {changes.map((change) => (
        <Change key={change.label} change={change} first={!before} />
      ))}
    </Stack>
  );
}

function Change({ change: { label, before, after }, first }: { change: Difference; first: boolean }) {
  const { t } = useTranslation("record");
  return (
    <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
      <Text span c="dimmed">
        {label}:{" "}
      </Text>
      {!first && (
        <>
          <VisuallyHidden>{t("was")} </VisuallyHidden>
          <del>{before ?? t("nothing")}</del>
          <VisuallyHidden> {t("is")}</VisuallyHidden>
          {" → "}
        </>
      )}
      <ins style={first ? { textDecoration: "none" } : undefined}>{after ?? t("nothing")}</ins>
    </Text>
  );
}
