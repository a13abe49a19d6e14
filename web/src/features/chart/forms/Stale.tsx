import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Entry, versionsQuery, type Written } from "@/api/record";
import { Query } from "@/components/Query";
import { EntryContent } from "@/components/record/EntryContent";

/** What somebody else has made of an entry while it was being corrected, and the way to correct that instead. */
export function Stale({ entry, onGoOn }: { entry: Entry<Written>; onGoOn: (version: number) => void }) {
  const { t } = useTranslation("chart");
  const versions = useQuery({ ...versionsQuery(entry.patient_id, entry.entry_id), staleTime: 0 });
  const present = versions.data?.at(-1);
  return (
    <Alert color="orange" icon={<IconAlertTriangle />} title={t("write.stale")} role="alert">
      <Stack gap="sm">
        <Query query={versions}>{(items) => items.slice(-1).map((version) => <EntryContent key={version.version} entry={version} />)}</Query>
        <Group justify="flex-end">
          <Button size="xs" variant="default" disabled={!present || versions.isFetching} onClick={() => present && onGoOn(present.version)}>
            {t("write.stale-go-on")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
