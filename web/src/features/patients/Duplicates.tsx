import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import type { PersonValues } from "@/components/person/person";
import { formatDate } from "@/components/time";

interface Props {
  person: PersonValues;
  candidates: Schema<"Candidate">[];
  busy: boolean;
  onRegister: () => void;
  onBack: () => void;
}

/** Who was typed beside those who are very like them: one of them, or somebody else after all. */
export function Duplicates({ person, candidates, busy, onRegister, onBack }: Props) {
  const { t } = useTranslation("patients");
  return (
    <Page title={t("alike.title")} description={t("alike.text", { count: candidates.length })}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        <Card component="section" aria-labelledby="typed">
          <Stack h="100%">
            <Badge variant="light" color="gray" tt="none" fw={500}>
              {t("alike.typed")}
            </Badge>
            <Person id="typed" person={person} />
            <Group mt="auto">
              <Button variant="default" onClick={onRegister} loading={busy}>
                {t("alike.register")}
              </Button>
              <Button variant="subtle" onClick={onBack} disabled={busy}>
                {t("alike.back")}
              </Button>
            </Group>
          </Stack>
        </Card>
        {candidates.map((candidate) => (
          <Card key={candidate.patient_id} component="section" aria-labelledby={candidate.patient_id}>
            <Stack h="100%">
              <Badge variant="light" color="orange" tt="none" fw={500}>
                {t("alike.likeness", { percent: Math.round(candidate.likeness * 100) })}
              </Badge>
              <Person id={candidate.patient_id} person={candidate} />
              <Group gap={6}>
                {candidate.reasons.map((reason) => (
                  <Badge key={reason} variant="outline" color="gray" tt="none" fw={500}>
                    {t(`alike.reasons.${reason}`)}
                  </Badge>
                ))}
              </Group>
              <Group mt="auto">
                <LinkButton to="/patients/$patientId" params={{ patientId: candidate.patient_id }}>
                  {t("alike.choose")}
                </LinkButton>
              </Group>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </Page>
  );
}

function Person({ id, person }: { id: string; person: Pick<PersonValues, "given_name" | "family_name" | "birth_date"> }) {
  const { t, i18n } = useTranslation("patients");
  return (
    <div>
      <Title order={2} id={id}>
        {person.given_name} {person.family_name}
      </Title>
      <Text>{t("born", { date: formatDate(person.birth_date, i18n.language) })}</Text>
    </div>
  );
}
