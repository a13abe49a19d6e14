import { MultiSelect, ScrollArea, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconMinus, IconSearch, IconSearchOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { Page } from "@/components/Page";
import { Empty } from "@/components/states";
import { cellOf, type Line, LINES, type Role, ROLES, THINGS } from "./matrix";

/** Who may do what to whose data, in words; generated from the policies that decide it. */
export function Access() {
  const { t } = useTranslation("access");
  const { t: roleName } = useTranslation("roles");
  const me = useMe();
  const [roles, setRoles] = useState<Role[]>(() => ROLES.filter((role) => role === "patient" || role === "doctor" || role === "receptionist" || me.roles.includes(role)));
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = LINES.filter(({ action }) => !wanted || `${t(`actions.${action}`)} ${action}`.toLowerCase().includes(wanted));
  return (
    <Page title={t("title")} description={t("text")} width="full">
      <Stack maw="66rem">
        <TextInput label={t("search")} leftSection={<IconSearch size={16} stroke={1.5} />} value={text} onChange={({ currentTarget }) => setText(currentTarget.value)} />
        <MultiSelect
          label={t("roles")}
          data={ROLES.map((role) => ({ value: role, label: roleName(role) }))}
          value={roles}
          onChange={(chosen) => setRoles(ROLES.filter((role) => chosen.includes(role)))}
          clearable
          clearButtonProps={{ "aria-label": t("no-role") }}
        />
      </Stack>
      {found.length === 0 && <Empty icon={IconSearchOff} title={t("nothing")} />}
      {THINGS.map((thing) => {
        const lines = found.filter((line) => line.thing === thing);
        return (
          lines.length > 0 && (
            <section key={thing} aria-labelledby={thing}>
              <Title order={2} id={thing} mb="xs">
                {t(`things.${thing}`)}
              </Title>
              <Matrix label={t(`things.${thing}`)} lines={lines} roles={roles} />
            </section>
          )
        );
      })}
    </Page>
  );
}

function Matrix({ label, lines, roles }: { label: string; lines: Line[]; roles: Role[] }) {
  const { t } = useTranslation("access");
  const { t: roleName } = useTranslation("roles");
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: "group", "aria-label": label }}>
      <Table withTableBorder withColumnBorders bg="var(--mantine-color-body)" w="auto" miw="30rem">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="20rem" miw="12rem">
              {t("action")}
            </Table.Th>
            {roles.map((role) => (
              <Table.Th key={role} w="11rem" miw="8rem">
                {roleName(role)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Table.Tr key={line.action}>
              <Table.Th fw={500}>{t(`actions.${line.action}`)}</Table.Th>
              {roles.map((role) => (
                <Table.Td key={role}>
                  <Words line={line} role={role} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function Words({ line, role }: { line: Line; role: Role }) {
  const { t, i18n } = useTranslation("access");
  const cell = cellOf(line, role);
  if (!cell)
    return (
      <Text span c="dimmed">
        <IconMinus size={16} stroke={1.5} role="img" aria-label={t("nobody")} />
      </Text>
    );
  const list = (type: "conjunction" | "disjunction") =>
    new Intl.ListFormat(i18n.language, { type }).format(cell.relations.map((relation) => t(`relations.${relation}`)));
  if (!cell.anybody) return list("conjunction");
  const everybody = line.thing === "Application" ? t("yes") : t("relations.yes");
  return cell.relations.length === 0 ? everybody : t("except", { everybody, relations: list("disjunction") });
}
