import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { patientQuery } from "@/api/patients";
import { useActingFor } from "@/app/acting";

/** Those for whom the reader may act; choosing one makes all pages theirs. */
export function Family({ patientIds }: { patientIds: string[] }) {
  const { t } = useTranslation("overview");
  return (
    <Stack gap="sm" component="section" aria-labelledby="family">
      <Title order={2} size="h3" id="family">
        {t("family")}
      </Title>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
        {patientIds.map((id) => (
          <Member key={id} patientId={id} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Member({ patientId }: { patientId: string }) {
  const { t } = useTranslation("overview");
  const acting = useActingFor();
  const navigate = useNavigate();
  const { data } = useQuery(patientQuery(patientId));
  const go = (to: "/find" | "/visits") => {
    acting.choose(patientId);
    void navigate({ to });
  };
  const name = data ? `${data.given_name} ${data.family_name}` : "…";
  return (
    <Card padding="md">
      <Group justify="space-between">
        <Text fw={600}>{name}</Text>
        <Group gap="xs">
          <Button size="xs" variant="light" onClick={() => go("/find")} aria-label={t("book-for", { name })}>
            {t("book")}
          </Button>
          <Button size="xs" variant="default" onClick={() => go("/visits")} aria-label={t("visits-of", { name })}>
            {t("visits")}
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
