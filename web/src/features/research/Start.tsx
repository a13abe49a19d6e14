import { Badge, Card, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answered } from "@/api/http";
import { research } from "@/api/research";
import { sessions } from "@/auth/session";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";

/** Who is signed in to research. */
export function Start() {
  const { t } = useTranslation("research");
  const me = useQuery({ queryKey: ["research", "me"], queryFn: ({ signal }) => answered(research.GET("/v1/me", { signal })) });
  return (
    <Page title={t("start.title")} width="text">
      <Query query={me}>
        {({ roles }) => (
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
            </Stack>
          </Card>
        )}
      </Query>
    </Page>
  );
}
