import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Plan, planOn, type Schedule } from "@/api/schedules";
import { cityOf, formatDate } from "@/components/time";
import { useWeekdays } from "@/components/useWeekdays";
import { WEEKDAYS } from "./week";

/** The weeks that hold now or will hold, the latest version first: where two cover a day, the later one holds. */
export function Plans({ schedule, today }: { schedule: Schedule; today: string }) {
  const { t } = useTranslation("schedule");
  const present = planOn(schedule, today);
  const shown = schedule.plans.filter(({ valid_to: to }) => !to || to >= today).sort((one, other) => other.version - one.version);
  if (shown.length === 0) return null;
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>{t("plans.title")}</Title>
      {shown.map((plan) => (
        <Card key={plan.version} padding="md">
          <Group justify="space-between" align="flex-start" mb="xs">
            <Period plan={plan} />
            <Badge variant="light" color={plan === present ? "teal" : "gray"} tt="none">
              {plan === present ? t("plans.present") : plan.valid_from > today ? t("plans.to-come") : t("plans.replaced")}
            </Badge>
          </Group>
          <Facts plan={plan} />
        </Card>
      ))}
    </Stack>
  );
}

function Period({ plan: { valid_from: from, valid_to: to } }: { plan: Plan }) {
  const { t, i18n } = useTranslation("schedule");
  const date = (day: string) => formatDate(day, i18n.language, { dateStyle: "medium" });
  return <Text fw={600}>{to ? t("plans.from-to", { from: date(from), to: date(to) }) : t("plans.from", { from: date(from) })}</Text>;
}

function Facts({ plan }: { plan: Plan }) {
  const { t } = useTranslation("schedule");
  const weekdays = useWeekdays("short");
  const worked = WEEKDAYS.flatMap((day) => {
    const hours = plan.weekly.filter(({ weekday }) => weekday === day).sort((one, other) => one.start.localeCompare(other.start));
    return hours.length === 0 ? [] : [`${weekdays[day]} ${hours.map(({ start, end }) => `${start}–${end}`).join(", ")}`];
  });
  return (
    <>
      <Text size="sm">{worked.length === 0 ? t("plans.none") : worked.join(" · ")}</Text>
      <Text size="sm" c="dimmed">
        {t("plans.facts", { minutes: plan.slot_minutes, city: cityOf(plan.time_zone) })}
      </Text>
    </>
  );
}
