import { Badge, Box, Group, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserPlus, IconUserSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { LinkButton } from "@/components/links";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { RowLink, Rows } from "@/components/Rows";
import { Empty } from "@/components/states";
import { RoleBadges } from "./RoleBadges";
import { ROLES, staffQuery, type StaffFilter } from "./staff";

/** Everybody who works here. */
export function Staff() {
  const { t } = useTranslation("admin");
  const { t: roles } = useTranslation("roles");
  const me = useMe();
  const [filter, setFilter] = useState<StaffFilter>({ query: "", role: null, status: null });
  const [query] = useDebouncedValue(filter.query.trim(), 200);
  const staff = useInfiniteQuery(staffQuery({ ...filter, query }));
  return (
    <Page
      title={t("staff.title")}
      actions={
        me.can("HireStaff") && (
          <LinkButton to="/staff/new" leftSection={<IconUserPlus size={18} stroke={1.5} />}>
            {t("staff.hire")}
          </LinkButton>
        )
      }
    >
      <Group align="flex-end">
        <TextInput
          label={t("staff.search")}
          leftSection={<IconSearch size={16} stroke={1.5} />}
          value={filter.query}
          onChange={({ currentTarget }) => setFilter({ ...filter, query: currentTarget.value })}
          flex={3}
          miw={220}
        />
        <Select
          label={t("staff.role")}
          placeholder={t("staff.all")}
          data={ROLES.map((role) => ({ value: role, label: roles(role) }))}
          value={filter.role}
          onChange={(role) => setFilter({ ...filter, role })}
          clearable
          clearButtonProps={{ "aria-label": t("staff.all") }}
          flex={1}
          miw={150}
        />
        <Select
          label={t("staff.status")}
          placeholder={t("staff.all")}
          data={(["active", "disabled"] as const).map((status) => ({ value: status, label: t(`status.${status}`) }))}
          value={filter.status}
          onChange={(status) => setFilter({ ...filter, status })}
          clearable
          clearButtonProps={{ "aria-label": t("staff.all") }}
          flex={1}
          miw={150}
        />
      </Group>
      <Query
        query={staff}
        isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0) && !staff.hasNextPage}
        empty={<Empty icon={IconUserSearch} title={t("staff.nobody")} text={t("staff.nobody-hint")} />}
      >
        {({ pages }) => (
          <Rows label={t("staff.title")}>
            {pages
              .flatMap(({ items }) => items)
              .map((member) => (
                <li key={member.staff_id}>
                  <RowLink to="/staff/$staffId" params={{ staffId: member.staff_id }}>
                    <Group justify="space-between" gap="xs">
                      <Box>
                        <Text fw={600}>
                          {member.family_name}, {member.given_name}
                        </Text>
                        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                          {member.email}
                        </Text>
                      </Box>
                      <Group gap={6}>
                        {member.status === "disabled" && (
                          <Badge variant="light" color="red" tt="none" fw={500}>
                            {t("status.disabled")}
                          </Badge>
                        )}
                        <RoleBadges roles={member.roles} />
                      </Group>
                    </Group>
                  </RowLink>
                </li>
              ))}
          </Rows>
        )}
      </Query>
      <More query={staff} />
    </Page>
  );
}
