import { Card, Stack, Text } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useActingFor } from "@/app/acting";
import { LinkAnchor } from "@/components/links";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { EntryCard } from "@/components/record/EntryCard";
import { MetWith } from "@/components/record/MetWith";
import { statusName } from "@/components/record/facts";
import { Empty } from "@/components/states";
import { When } from "@/components/When";
import { encounterQuery, writtenInQuery } from "@/api/record";

const route = getRouteApi("/care/record/encounters/$encounterId");

/** One meeting with a doctor, and what was written down in it. */
export function EncounterPage() {
  const { t } = useTranslation("own-record");
  const { t: record } = useTranslation("record");
  const { encounterId } = route.useParams();
  const { patientId } = useActingFor();
  const encounter = useQuery({ ...encounterQuery(patientId ?? "", encounterId), enabled: patientId !== null });
  const entries = useQuery({ ...writtenInQuery(encounter.data), enabled: encounter.isSuccess });
  return (
    <Page title={t("encounter.title")} description={<LinkAnchor to="/record">{t("encounter.back")}</LinkAnchor>} width="text">
      <Query query={encounter}>
        {({ practitioner_id, class: place, started_at, opened_at, status }) => (
          <Card>
            <Text fw={600}>
              <MetWith practitionerId={practitioner_id} />
            </Text>
            <Text>
              <When at={started_at ?? opened_at} inherit /> · {record(`class.${place}`)} · {statusName(status, record)}
            </Text>
          </Card>
        )}
      </Query>
      {encounter.isSuccess && (
        <Query query={entries} isEmpty={(items) => items.length === 0} empty={<Empty icon={IconFileText} title={t("encounter.nothing")} />}>
          {(items) => (
            <Stack gap="sm">
              {items.map((entry) => (
                <EntryCard key={entry.entry_id} entry={entry} plain />
              ))}
            </Stack>
          )}
        </Query>
      )}
    </Page>
  );
}
