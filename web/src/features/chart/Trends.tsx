import "@mantine/charts/styles.css";
import { LineChart } from "@mantine/charts";
import { Box, Card, Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { IconChartLine } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ReferenceArea } from "recharts";
import { newestQuery } from "@/api/record";
import { Query } from "@/components/Query";
import { signName } from "@/components/record/facts";
import { FlagBadge, Measured, rangeOf } from "@/components/record/Measured";
import { amount, quantity, unitName } from "@/components/record/units";
import { Empty } from "@/components/states";
import { formatDay, formatTime, ownZone } from "@/components/time";
import { When } from "@/components/When";
import { type Series, seriesOf } from "./series";

type Shown = "charts" | "tables";

/** How each vital sign went, as charts with what is normal, or as tables that say the same. */
export default function Trends({ patientId }: { patientId: string }) {
  const { t } = useTranslation("chart");
  const vitals = useQuery(newestQuery(patientId, "vitals"));
  const [shown, show] = useState<Shown>("charts");
  const One = shown === "charts" ? SignChart : SignTable;
  return (
    <Query query={vitals} isEmpty={(entries) => seriesOf(entries).length === 0} empty={<Empty icon={IconChartLine} title={t("trends.none")} />}>
      {(entries) => (
        <Stack>
          <SegmentedControl
            aria-label={t("trends.shown")}
            value={shown}
            onChange={(chosen) => show(chosen)}
            data={(["charts", "tables"] as const).map((value) => ({ value, label: t(`trends.${value}`) }))}
            maw="16rem"
          />
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            {seriesOf(entries).map((series) => (
              <One key={series.code} series={series} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Query>
  );
}

function SignChart({ series }: { series: Series }) {
  const { t: record, i18n } = useTranslation("record");
  const { t } = useTranslation("chart");
  const { code, unit, points } = series;
  const last = points.at(-1);
  if (!last) return null;
  const { low, high, flag, canonical_value: value } = last.measurement;
  const name = signName(code, record);
  const data = points.map(({ at, measurement }) => ({ at: Date.parse(at), [name]: measurement.canonical_value }));
  const values = points.map(({ measurement }) => measurement.canonical_value);
  const bounds = [...values, ...(low === null ? [] : [low]), ...(high === null ? [] : [high])];
  const [least, most] = [Math.min(...bounds), Math.max(...bounds)];
  const margin = (most - least || 1) * 0.15;
  const domain: [number, number] = [Math.floor(least - margin), Math.ceil(most + margin)];
  return (
    <Card component="section" padding="md">
      <SignTitle series={series} />
      <Group gap="xs" mb="sm">
        <Text fw={600}>{quantity(value, unit, i18n.language)}</Text>
        {flag && <FlagBadge flag={flag} />}
        <When at={last.at} />
        <Text size="xs" c="dimmed">
          {rangeOf(last.measurement, record, i18n.language)}
        </Text>
      </Group>
      <Box role="img" aria-label={t("trends.summary", { name, count: points.length, last: quantity(value, unit, i18n.language), least: amount(Math.min(...values), i18n.language), most: amount(Math.max(...values), i18n.language) })}>
        <LineChart
          h={180}
          data={data}
          dataKey="at"
          series={[{ name, color: "teal.6" }]}
          curveType="linear"
          withDots
          xAxisProps={{
            type: "number",
            domain: ["dataMin", "dataMax"],
            tickFormatter: (at: number) => formatDay(new Date(at).toISOString(), ownZone(), i18n.language),
            minTickGap: 40,
          }}
          yAxisProps={{ domain, width: 44, tickFormatter: (tick: number) => amount(tick, i18n.language) }}
          valueFormatter={(shown) => `${amount(shown, i18n.language)} ${unitName(unit)}`}
          tooltipProps={{
            // Nothing is pointed at before the first time.
            labelFormatter: (at: unknown) => {
              if (typeof at !== "number") return "";
              const instant = new Date(at).toISOString();
              return `${formatDay(instant, ownZone(), i18n.language)}, ${formatTime(instant, ownZone(), i18n.language)}`;
            },
          }}
        >
          {(low !== null || high !== null) && <ReferenceArea y1={low ?? domain[0]} y2={high ?? domain[1]} fill="var(--mantine-color-teal-filled)" fillOpacity={0.12} ifOverflow="hidden" />}
        </LineChart>
      </Box>
    </Card>
  );
}

function SignTable({ series }: { series: Series }) {
  const { t } = useTranslation("chart");
  return (
    <Card component="section" padding="md">
      <SignTitle series={series} />
      <Table aria-labelledby={`sign-${series.code}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t("trends.when")}</Table.Th>
            <Table.Th scope="col">{t("trends.value")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {series.points.toReversed().map(({ entryId, at, measurement }) => (
            <Table.Tr key={entryId}>
              <Table.Td>
                <When at={at} />
              </Table.Td>
              <Table.Td>
                <Measured measurement={measurement} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function SignTitle({ series: { code } }: { series: Series }) {
  const { t } = useTranslation("record");
  return (
    <Title order={3} id={`sign-${code}`}>
      {signName(code, t)}
    </Title>
  );
}
