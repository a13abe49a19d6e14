import { Badge, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sessions } from "@/auth/session";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { TrailLinks } from "@/components/audit/TrailLinks";
import { researchMeQuery } from "./me";

/** Who is signed in to research. */
export function Start() {
  const { t } = useTranslation("research");
  const me = useQuery(researchMeQuery);
  return (
    <Page title={t("start.title")} width="text">
      <Query query={me}>
        {({ roles, permissions }) => (
          <Card>
            <Stack gap="xs">
              <Text>{t("start.signed-in", { email: sessions.research.email })}</Text>
              <Group gap={6}>
                {roles.map((role) => (
                  <Badge key={role} variant="light" tt="none">
                    {role}
                  </Badge>
                ))}
              </Group>
              <TrailLinks app="research" permissions={permissions} />
            </Stack>
          </Card>
        )}
      </Query>
    </Page>
  );
}
