import { Box, Button, Card, Code, Group, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type App, eventsQuery, type TrailEvent, type TrailFilter } from "@/api/trail";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { When } from "@/components/When";
import { Deed } from "./Deed";
import { instantOf, localOf } from "./local";
import { TrailLinks } from "./TrailLinks";

interface Props {
  app: App;
  permissions: readonly string[];
  filter: TrailFilter;
  onFilter: (filter: TrailFilter) => void;
}

/** What was done: about somebody, by somebody, or at a time. */
export function Events({ app, permissions, filter, onFilter }: Props) {
  const { t } = useTranslation("audit");
  const events = useInfiniteQuery(eventsQuery(app, filter));
  return (
    <Page title={t("title")} description={t("text")} width="full">
      <TrailLinks app={app} permissions={permissions} />
      <Filter key={JSON.stringify(filter)} app={app} filter={filter} onFilter={onFilter} />
      <Query query={events} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Empty icon={IconSearch} title={t(events.hasNextPage ? "none-yet" : "none")} />}>
        {({ pages }) => <Records items={pages.flatMap(({ items }) => items)} />}
      </Query>
      <More query={events} />
    </Page>
  );
}

function Filter({ app, filter, onFilter }: Omit<Props, "permissions">) {
  const { t } = useTranslation("audit");
  const form = useForm({
    initialValues: { about: filter.about ?? "", actor: filter.actor ?? "", from: localOf(filter.from), to: localOf(filter.to) },
    validate: {
      about: (about) => (app === "care" && about.trim() && !/^pat_[0-9a-f]{32}$/.test(about.trim()) ? t("filter.bad-patient") : null),
      actor: (actor, { about }) => (actor.trim() && about.trim() ? t("filter.one") : null),
      to: (to, { from }) => (from && to && to < from ? t("filter.order") : null),
    },
  });
  const search = form.onSubmit(({ about, actor, from, to }) => {
    const wanted = { about: about.trim(), actor: actor.trim(), from: instantOf(from), to: instantOf(to) };
    onFilter(Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)));
  });
  return (
    <Card component="search" padding="md">
      <form onSubmit={search} noValidate>
        <Stack gap="sm">
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            <TextInput label={t(app === "care" ? "filter.patient" : "filter.thing")} spellCheck={false} autoComplete="off" {...form.getInputProps("about")} />
            <TextInput label={t("filter.actor")} spellCheck={false} autoComplete="off" {...form.getInputProps("actor")} />
            <TextInput type="datetime-local" label={t("filter.from")} {...form.getInputProps("from")} />
            <TextInput type="datetime-local" label={t("filter.to")} {...form.getInputProps("to")} />
          </SimpleGrid>
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {t("filter.hint")}
            </Text>
            <Button type="submit" leftSection={<IconSearch size={18} stroke={1.5} />}>
              {t("filter.search")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Records({ items }: { items: TrailEvent[] }) {
  const { t } = useTranslation("audit");
  return (
    <Card padding={0}>
      <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "region", "aria-label": t("title") } }}>
        <Table aria-label={t("title")}>
          <Table.Thead>
            <Table.Tr>
              {(["when", "what", "about", "by"] as const).map((column) => (
                <Table.Th key={column} scope="col">
                  {t(`column.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((event) => (
              <Table.Tr key={event.id}>
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  <When at={event.at} />
                </Table.Td>
                <Table.Td>
                  <Deed record={event} />
                </Table.Td>
                <Table.Td>
                  <Id id={event.patient_id ?? event.resource.id ?? event.resource.type} />
                </Table.Td>
                <Table.Td>
                  <Id id={event.actor} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

/** A number as the trail keeps it: people stay numbers here. */
function Id({ id }: { id: string }) {
  return (
    <Box maw="16rem" style={{ overflowWrap: "anywhere" }}>
      <Code>{id}</Code>
    </Box>
  );
}
