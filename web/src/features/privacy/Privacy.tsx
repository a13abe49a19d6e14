import { Code, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { erasureQuery, holdQuery } from "@/api/privacy";
import { LinkAnchor } from "@/components/links";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Failure } from "@/components/states";
import { ErasureCard } from "./ErasureCard";
import { HoldCard } from "./HoldCard";

/** What is kept of a patient for the law, and whether they are erased. */
export function Privacy() {
  const { t } = useTranslation("privacy");
  const { patientId } = useParams({ from: "/care/patients/$patientId/privacy" });
  const me = useMe();
  const hold = useQuery({ ...holdQuery(patientId), enabled: me.can("ReadLegalHold") });
  const erasure = useQuery(erasureQuery(patientId));
  return (
    <Page
      title={t("title")}
      description={
        <Text span style={{ overflowWrap: "anywhere" }}>
          {t("patient")} <Code>{patientId}</Code>
        </Text>
      }
      width="text"
    >
      <LinkAnchor to="/privacy">{t("other")}</LinkAnchor>
      <Query query={erasure}>
        {(asked) => (
          <Stack>
            {hold.isError && <Failure error={hold.error} retry={() => void hold.refetch()} />}
            {hold.data !== undefined && asked?.state !== "erased" && <HoldCard key={`${patientId} ${hold.data?.version}`} patientId={patientId} hold={hold.data} />}
            <ErasureCard key={patientId} patientId={patientId} erasure={asked} held={hold.data != null} />
          </Stack>
        )}
      </Query>
    </Page>
  );
}
