import { Alert, Button, Card, Group, List, Progress, Stack, Text } from "@mantine/core";
import { IconDownload, IconPackageExport } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DataExport, exportQuery, requestExport } from "@/api/exports";
import { problemOf } from "@/api/problems";
import { useActingFor } from "@/app/acting";
import { Countdown } from "@/components/Countdown";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor } from "@/components/links";
import { Page } from "@/components/Page";
import { Failure, Loading } from "@/components/states";
import { When } from "@/components/When";

const route = getRouteApi("/care/record/export");

/** All that is known of a patient, to take along. */
export function ExportPage() {
  const { t } = useTranslation("own-record");
  const { patientId, isSelf } = useActingFor();
  if (patientId === null) return null;
  return (
    <Page title={t("export.title")} description={isSelf ? t("export.text") : <ForWhom patientId={patientId} />} width="text">
      <LinkAnchor to="/record">{t("encounter.back")}</LinkAnchor>
      <Card component="section" aria-label={t("export.title")}>
        <Stack>
          <Text>{t("export.holds")}</Text>
          <List size="sm" spacing={4}>
            <List.Item>{t("export.fhir")}</List.Item>
            <List.Item>{t("export.files")}</List.Item>
            <List.Item>{t("export.zip")}</List.Item>
          </List>
          <Text size="sm" c="dimmed">
            {t("export.care")}
          </Text>
          <Copy key={patientId} patientId={patientId} />
        </Stack>
      </Card>
    </Page>
  );
}

/** The copy that the address names; one of somebody else's, or that is gone, is none. */
function Copy({ patientId }: { patientId: string }) {
  const { t } = useTranslation("own-record");
  const { export: exportId } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const copy = useQuery({ ...exportQuery(exportId ?? ""), enabled: exportId !== undefined });
  const request = useMutation({
    mutationFn: () => requestExport(patientId),
    onSuccess: (begun) => {
      queryClient.setQueryData(exportQuery(begun.export_id).queryKey, begun);
      return navigate({ search: { export: begun.export_id }, replace: true });
    },
  });
  // The API tells nobody whether there is, or was, a copy that is not theirs.
  const gone = problemOf(copy.error, "not-found") !== undefined || problemOf(copy.error, "forbidden") !== undefined;
  const found = !gone && copy.data?.patient_id === patientId ? copy.data : undefined;
  if (copy.isLoading) return <Loading rows={1} />;
  if (copy.isError && !gone && !found) return <Failure error={copy.error} retry={() => void copy.refetch()} />;
  return (
    <Stack>
      {gone && <Alert color="gray" title={t("export.gone")} role="status" />}
      {found?.state === "failed" && <Alert color="red" title={t("export.failed")} role="alert" />}
      {found?.state === "running" && <Making progress={found.progress} />}
      {found?.state === "ready" && found.url != null && <Ready copy={found} url={found.url} busy={copy.isFetching} onRenew={() => void copy.refetch()} />}
      <Failure error={request.error} />
      {(found === undefined || found.state === "failed") && (
        <Group justify="flex-end">
          <Button leftSection={<IconPackageExport size={18} stroke={1.5} />} loading={request.isPending} onClick={() => request.mutate()}>
            {t(found || gone ? "export.again" : "export.ask")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Making({ progress: { done, parts } }: Pick<DataExport, "progress">) {
  const { t } = useTranslation("own-record");
  return (
    <Stack gap={4} role="status">
      <Text fw={600}>{t("export.making")}</Text>
      <Progress value={(100 * done) / parts} animated aria-label={t("export.making")} />
      <Text size="sm" c="dimmed" style={{ fontVariantNumeric: "tabular-nums" }}>
        {t("export.parts", { done, parts })}
      </Text>
      <Text size="sm" c="dimmed">
        {t("export.come-back")}
      </Text>
    </Stack>
  );
}

interface ReadyProps {
  copy: DataExport;
  url: string;
  busy: boolean;
  onRenew: () => void;
}

/** A link holds for some minutes, the copy longer: after the one, there is another link. */
function Ready({ copy, url, busy, onRenew }: ReadyProps) {
  const { t } = useTranslation("own-record");
  const [over, setOver] = useState<string>();
  const holds = over !== url;
  return (
    <Alert color="teal" title={t("export.ready")}>
      <Stack gap="sm">
        <Text size="sm">
          {t("export.until")} <When at={copy.expires_at} c="inherit" />
        </Text>
        <Group gap="sm">
          {holds ? (
            <Button component="a" href={url} download leftSection={<IconDownload size={18} stroke={1.5} />}>
              {t("export.download")}
            </Button>
          ) : (
            <Button variant="default" loading={busy} onClick={onRenew}>
              {t("export.renew")}
            </Button>
          )}
          {holds && copy.url_expires_at != null && (
            <Text size="sm">
              {t("export.link")} <When at={copy.url_expires_at} c="inherit" /> (<Countdown key={url} until={copy.url_expires_at} onEnd={() => setOver(url)} />)
            </Text>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
