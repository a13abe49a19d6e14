import { Stack } from "@mantine/core";
import { IconEye, IconFiles, IconPackageExport } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import type { Entry } from "@/api/record";
import { useActingFor } from "@/app/acting";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor, LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { Timeline } from "@/components/record/Timeline";
import { Summary } from "./Summary";

const route = getRouteApi("/care/record");

/** What the house has written down about a patient, for the patient and who speaks for them. */
export function Record() {
  const { t } = useTranslation("own-record");
  const { patientId, isSelf } = useActingFor();
  const me = useMe();
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  if (patientId === null) return null;
  const actions = (entry: Entry) =>
    entry.kind === "encounter" && (
      <LinkAnchor to="/record/encounters/$encounterId" params={{ encounterId: entry.entry_id }} size="sm">
        {t("encounter.open")}
      </LinkAnchor>
    );
  return (
    <Page
      title={t("title")}
      description={isSelf ? t("text") : <ForWhom patientId={patientId} />}
      actions={
        <>
          <LinkButton to="/record/documents" variant="default" leftSection={<IconFiles size={18} stroke={1.5} />}>
            {t("documents")}
          </LinkButton>
          <LinkButton to="/record/who" variant="default" leftSection={<IconEye size={18} stroke={1.5} />}>
            {t("who.title")}
          </LinkButton>
          {me.can("RequestExport") && (
            <LinkButton to="/record/export" variant="default" leftSection={<IconPackageExport size={18} stroke={1.5} />}>
              {t("export.title")}
            </LinkButton>
          )}
        </>
      }
    >
      <Stack gap="xl" key={patientId}>
        <Summary patientId={patientId} />
        <Timeline patientId={patientId} kind={kind} onKind={(chosen) => void navigate({ search: chosen ? { kind: chosen } : {}, replace: true })} plain actions={actions} />
      </Stack>
    </Page>
  );
}
