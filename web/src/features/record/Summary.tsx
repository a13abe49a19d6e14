import { Card, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { summaryQuery } from "@/api/record";
import { Query } from "@/components/Query";
import { signName } from "@/components/record/facts";
import { Measured } from "@/components/record/Measured";
import { When } from "@/components/When";

/** Allergies, problems and the last value of each measurement. */
export function Summary({ patientId }: { patientId: string }) {
  const { t } = useTranslation("record");
  const summary = useQuery(summaryQuery(patientId));
  return (
    <Query query={summary}>
      {({ allergies, problems, vitals }) => (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} style={{ alignItems: "start" }}>
          <Part title={t("summary.allergies")} none={t("summary.no-allergies")}>
            {allergies.map(({ entry_id, content }) => (
              <li key={entry_id}>
                {content.substance}
                {content.severity && <Text span c="dimmed">{`, ${t(`severity.${content.severity}`)}`}</Text>}
              </li>
            ))}
          </Part>
          <Part title={t("summary.problems")} none={t("summary.no-problems")}>
            {problems.map(({ entry_id, content }) => (
              <li key={entry_id}>{content.text ?? content.display}</li>
            ))}
          </Part>
          <Part title={t("summary.vitals")} none={t("summary.no-vitals")}>
            {vitals.map(({ entry_id, at, measurement }) => (
              <li key={`${entry_id} ${measurement.code}`}>
                {signName(measurement.code, t)}: <Measured measurement={measurement} plain /> <When at={at} size="xs" />
              </li>
            ))}
          </Part>
        </SimpleGrid>
      )}
    </Query>
  );
}

function Part({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <Card component="section" aria-label={title} padding="md">
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {children.length === 0 ? (
        <Text c="dimmed">{none}</Text>
      ) : (
        <Stack component="ul" gap={6} m={0} p={0} style={{ listStyle: "none", overflowWrap: "anywhere" }}>
          {children}
        </Stack>
      )}
    </Card>
  );
}
