import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { familyQuery } from "@/api/patients";
import { PersonName } from "@/components/PersonName";
import { Query } from "@/components/Query";
import { RowLink, Rows } from "@/components/Rows";
import { Empty } from "@/components/states";

/** Who belongs to a patient's family, who of them may act, and for whom the patient may. */
export function Family({ patientId }: { patientId: string }) {
  const { t } = useTranslation("patients");
  const family = useQuery(familyQuery(patientId));
  return (
    <Query
      query={family}
      isEmpty={({ items, acts_for }) => items.length + acts_for.length === 0}
      empty={<Empty icon={IconUsers} title={t("family.none")} text={t("family.none-hint")} />}
    >
      {({ items, acts_for: actsFor }) => (
        <Stack gap="xl">
          {items.length > 0 && (
            <section>
              <Title order={2} mb="sm">
                {t("family.members")}
              </Title>
              <Rows label={t("family.members")}>
                {items.map((member) => (
                  <li key={member.member_id}>
                    <RowLink to="/patients/$patientId" params={{ patientId: member.member_id }}>
                      <Group justify="space-between" gap="xs">
                        <div>
                          <PersonName patientId={member.member_id} birthDate />
                          <Text size="sm" c="dimmed">
                            {t(`relationship.${member.relationship}`)}
                          </Text>
                        </div>
                        {member.may_act && (
                          <Badge variant="light" tt="none" fw={500}>
                            {t("family.may-act")}
                          </Badge>
                        )}
                      </Group>
                    </RowLink>
                  </li>
                ))}
              </Rows>
            </section>
          )}
          {actsFor.length > 0 && (
            <section>
              <Title order={2} mb="sm">
                {t("family.acts-for")}
              </Title>
              <Rows label={t("family.acts-for")}>
                {actsFor.map((id) => (
                  <li key={id}>
                    <RowLink to="/patients/$patientId" params={{ patientId: id }}>
                      <PersonName patientId={id} birthDate />
                    </RowLink>
                  </li>
                ))}
              </Rows>
            </section>
          )}
        </Stack>
      )}
    </Query>
  );
}
