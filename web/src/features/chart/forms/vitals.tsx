import { Group, NumberInput, Select, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Sign, signsQuery } from "@/api/record";
import { Query } from "@/components/Query";
import { signName } from "@/components/record/facts";
import { amount, distinctUnits, unitName } from "@/components/record/units";
import { inEncounter } from "./send";
import type { Shape } from "./shape";

interface Taken {
  /** A number once it is one; 0 is one. */
  value: number | string;
  unit?: string;
}

/** By the sign's code. */
export interface Values {
  taken: Record<string, Taken>;
}

export const vitals: Shape<"vitals", Values> = {
  kind: "vitals",
  empty: { taken: {} },
  valuesOf: ({ content }) => ({ taken: Object.fromEntries(content.measurements.map(({ code, value, unit }) => [code, { value, unit }])) }),
  contentOf: (values) => ({ measurements: measurementsOf(values) }),
  validate: (values, t) => ({
    ...(measurementsOf(values).length === 0 ? { taken: t("missing.measurements") } : {}),
    ...Object.fromEntries(
      Object.entries(values.taken).flatMap(([code, { value }]) => (value !== "" && !Number.isFinite(Number(value)) ? [[`taken.${code}.value`, t("missing.number")]] : [])),
    ),
  }),
  fieldOf: (name, values) => {
    const [, number, part] = /^measurements\.(\d+)\.(\w+)$/.exec(name) ?? [];
    const { code } = measurementsOf(values)[Number(number)] ?? {};
    return code ? `taken.${code}.${part === "unit" ? "unit" : "value"}` : name;
  },
  record: inEncounter("vitals"),
  Fields,
};

/** What was measured; a field that was left empty was not. */
export function measurementsOf({ taken }: Values): { code: string; value: number; unit: string }[] {
  return Object.entries(taken).flatMap(([code, { value, unit }]) => (value === "" || !unit ? [] : [{ code, value: Number(value), unit }]));
}

function Fields({ form }: { form: UseFormReturnType<Values> }) {
  const signs = useQuery(signsQuery);
  return (
    <Query query={signs}>
      {(items) => (
        <Stack gap="sm">
          {items.map((sign) => (
            <SignField key={sign.code} sign={sign} form={form} />
          ))}
          {form.errors.taken && (
            <Text c="red" size="sm" role="alert">
              {form.errors.taken}
            </Text>
          )}
        </Stack>
      )}
    </Query>
  );
}

function SignField({ sign, form }: { sign: Sign; form: UseFormReturnType<Values> }) {
  const { t, i18n } = useTranslation("chart");
  const { t: record } = useTranslation("record");
  const name = signName(sign.code, record);
  const units = distinctUnits(sign.units);
  const { value = "", unit = sign.unit } = form.getValues().taken[sign.code] ?? {};
  const set = (part: Partial<Taken>) => form.setFieldValue("taken", (taken) => ({ ...taken, [sign.code]: { value, unit, ...part } }));
  const possible = { least: amount(sign.least, i18n.language), most: amount(sign.most, i18n.language), unit: unitName(sign.unit) };
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <NumberInput
        flex={1}
        label={name}
        description={unit === sign.unit ? t("fields.possible", possible) : undefined}
        inputWrapperOrder={["label", "input", "error", "description"]}
        value={value}
        onChange={(typed) => set({ value: typed })}
        error={form.errors[`taken.${sign.code}.value`]}
        hideControls
        allowedDecimalSeparators={[".", ","]}
        rightSection={units.length === 1 ? unitName(sign.unit) : undefined}
        rightSectionWidth={units.length === 1 ? "4.5rem" : undefined}
        rightSectionPointerEvents="none"
      />
      {units.length > 1 && (
        <Select
          w="6.5rem"
          mt="1.55rem"
          aria-label={t("fields.unit", { sign: name })}
          data={units.map((each) => ({ value: each, label: unitName(each) }))}
          value={units.find((each) => unitName(each) === unitName(unit)) ?? null}
          onChange={(chosen) => chosen && set({ unit: chosen })}
          error={form.errors[`taken.${sign.code}.unit`]}
          allowDeselect={false}
        />
      )}
    </Group>
  );
}
