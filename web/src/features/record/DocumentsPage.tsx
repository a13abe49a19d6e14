import { useTranslation } from "react-i18next";
import { useActingFor } from "@/app/acting";
import { Documents } from "@/components/documents/Documents";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor } from "@/components/links";
import { Page } from "@/components/Page";

/** A patient's documents: what the house gave them, and what they send. */
export function DocumentsPage() {
  const { t } = useTranslation("own-record");
  const { patientId, isSelf } = useActingFor();
  if (patientId === null) return null;
  return (
    <Page title={t("documents")} description={isSelf ? t("documents-text") : <ForWhom patientId={patientId} />} actions={<LinkAnchor to="/record">{t("encounter.back")}</LinkAnchor>}>
      <Documents key={patientId} patientId={patientId} />
    </Page>
  );
}
