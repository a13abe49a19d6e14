import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { problemOf } from "@/api/problems";
import { type Schedule, scheduleQuery } from "@/api/schedules";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { workListChanged } from "@/api/workList";
import { confirm } from "@/components/confirm";
import { notifyDone, notifyFailure } from "@/components/notify";
import { Empty } from "@/components/states";
import { formatDate } from "@/components/time";
import { type Absence, absencesFrom } from "./leave";

/** Days off to come, and taking them back. */
export function Absences({ schedule, today }: { schedule: Schedule; today: string }) {
  const { t, i18n } = useTranslation("schedule");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const practitionerId = schedule.practitioner_id;
  const withdraw = useMutation({
    mutationFn: async ({ days }: Absence) => {
      for (const day of days)
        await answered(care.DELETE("/v1/practitioners/{practitioner_id}/leave/{day}", { params: { path: { practitioner_id: practitionerId, day } } })).catch((error: unknown) => {
          // Somebody else took it back before: it is as it should be.
          if (!problemOf(error, "not-found")) throw error;
        });
    },
    onSuccess: () => notifyDone(t("leave.withdrawn")),
    onError: (error) => notifyFailure(problems.text(error)),
    onSettled: async () => {
      visitsChanged(queryClient);
      workListChanged(queryClient);
      await queryClient.invalidateQueries({ queryKey: scheduleQuery(practitionerId).queryKey });
    },
  });
  const absences = absencesFrom(schedule.leave, today);
  const date = (day: string) => formatDate(day, i18n.language, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
  const period = ({ from, to }: Absence) => (from === to ? date(from) : `${date(from)} – ${date(to)}`);
  const ask = async (absence: Absence) => {
    if (await confirm({ title: t("leave.withdraw"), text: t("leave.withdraw-text", { period: period(absence) }), confirm: t("leave.withdraw") })) withdraw.mutate(absence);
  };
  return (
    <Stack gap="sm" component="section">
      <Title order={2}>{t("leave.to-come")}</Title>
      {absences.length === 0 && <Empty title={t("leave.none")} />}
      {absences.map((absence) => (
        <Card key={absence.from} padding="md">
          <Group justify="space-between" wrap="nowrap">
            <div>
              <Text fw={600}>{period(absence)}</Text>
              <Text size="sm" c="dimmed">
                {[absence.start || absence.end ? `${absence.start ?? "00:00"}–${absence.end ?? "24:00"}` : t("leave.all-day"), absence.reason].filter(Boolean).join(" · ")}
              </Text>
            </div>
            <Button
              variant="default"
              size="xs"
              style={{ flex: "none" }}
              aria-label={t("leave.withdraw-one", { period: period(absence) })}
              loading={withdraw.isPending && withdraw.variables === absence}
              disabled={withdraw.isPending}
              onClick={() => void ask(absence)}
            >
              {t("leave.withdraw")}
            </Button>
          </Group>
        </Card>
      ))}
    </Stack>
  );
}
