import { Box, Button, Card, Group, Progress, SimpleGrid, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { problemOf } from "@/api/problems";
import { type Schedule, scheduleQuery } from "@/api/schedules";
import { visitsChanged } from "@/api/visits";
import { workListChanged } from "@/api/workList";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { type Absent, daysFrom, faultsOf, leaveOf } from "./leave";
import { joined } from "./outcome";
import { MustMove } from "./MustMove";
import { Preview } from "./Preview";

interface Props {
  schedule: Schedule;
  zone: string;
  today: string;
  reload: () => Promise<unknown>;
}

interface Progressed {
  /** The days that are entered. */
  done: string[];
  of: number;
}

/** Days off, or part of one. What it would do is shown first; each day is entered by itself, and what was entered stays. */
export function LeaveForm({ schedule, zone, today, reload }: Props) {
  const { t } = useTranslation("schedule");
  const queryClient = useQueryClient();
  const practitionerId = schedule.practitioner_id;
  const [absent, setAbsent] = useState<Absent>({ from: "", to: "", part: false, start: "12:00", end: "17:00", reason: "" });
  const [checked, setChecked] = useState(false);
  const [progress, setProgress] = useState<Progressed>();
  const faults = checked ? faultsOf(absent) : {};
  const days = daysFrom(absent.from, (!absent.part && absent.to) || absent.from);

  const preview = useMutation({
    mutationFn: async (wanted: Absent) => {
      const body = leaveOf(wanted);
      const ask = (day: string) => answered(care.POST("/v1/practitioners/{practitioner_id}/leave/{day}/preview", { params: { path: { practitioner_id: practitionerId, day } }, body }));
      return joined(await Promise.all(days.map(ask)));
    },
  });
  const save = useMutation({
    mutationFn: async (wanted: Absent) => {
      const done = [...(progress?.done ?? [])];
      const body = leaveOf(wanted);
      let affected = 0;
      let { version } = schedule;
      for (const day of days.filter((one) => !done.includes(one))) {
        const saved = await answered(
          care.PUT("/v1/practitioners/{practitioner_id}/leave/{day}", { params: { path: { practitioner_id: practitionerId, day }, header: { "If-Match": `"${version}"` } }, body }),
        );
        ({ version } = saved);
        affected += saved.affected.length;
        done.push(day);
        setProgress({ done: [...done], of: days.length });
        queryClient.setQueryData(scheduleQuery(practitionerId).queryKey, saved);
      }
      return affected;
    },
    onSuccess: () => {
      notifyDone(t("leave.saved"));
      preview.reset();
      setChecked(false);
      setAbsent({ ...absent, from: "", to: "", reason: "" });
      setProgress(undefined);
    },
    onSettled: () => {
      visitsChanged(queryClient);
      workListChanged(queryClient);
    },
  });
  const shown = preview.isSuccess && preview.variables === absent;

  const change = (part: Partial<Absent>) => {
    preview.reset();
    save.reset();
    setProgress(undefined);
    setAbsent({ ...absent, ...part });
  };
  const look = (event: SyntheticEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(faultsOf(absent)).length === 0) preview.mutate(absent);
  };
  const fault = (name: keyof Absent) => {
    const found = faults[name];
    return found && t(`fault.${found}`);
  };

  return (
    <Card component="section">
      <form onSubmit={look} noValidate>
        <Stack>
          <Title order={2}>{t("leave.new")}</Title>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput type="date" label={absent.part ? t("leave.day") : t("leave.from")} required min={today} value={absent.from} error={fault("from")} onChange={({ currentTarget }) => change({ from: currentTarget.value })} />
            {!absent.part && (
              <TextInput type="date" label={t("leave.to")} description={t("leave.to-hint")} inputWrapperOrder={["label", "input", "description", "error"]} min={absent.from || today} value={absent.to} error={fault("to")} onChange={({ currentTarget }) => change({ to: currentTarget.value })} />
            )}
          </SimpleGrid>
          <Switch label={t("leave.part")} checked={absent.part} onChange={({ currentTarget }) => change({ part: currentTarget.checked, to: "" })} />
          {absent.part && (
            <SimpleGrid cols={2} maw="20rem">
              <TextInput type="time" label={t("leave.start")} step={300} value={absent.start} error={fault("start")} onChange={({ currentTarget }) => change({ start: currentTarget.value })} />
              <TextInput type="time" label={t("leave.end")} step={300} value={absent.end} error={fault("end")} onChange={({ currentTarget }) => change({ end: currentTarget.value })} />
            </SimpleGrid>
          )}
          <TextInput label={t("leave.reason")} description={t("leave.reason-hint")} maxLength={200} value={absent.reason} onChange={({ currentTarget }) => change({ reason: currentTarget.value })} />
          <Failure error={preview.error} />
          <Group justify="flex-end">
            <Button type="submit" variant={shown ? "default" : "filled"} loading={preview.isPending}>
              {t("form.preview")}
            </Button>
          </Group>
        </Stack>
      </form>
      {shown && (
        <Preview practitionerId={practitionerId} preview={preview.data} zone={zone}>
          {save.isPending && days.length > 1 && (
            <div role="status">
              <Text size="sm">{t("leave.progress", { done: progress?.done.length ?? 0, of: days.length })}</Text>
              <Progress value={(100 * (progress?.done.length ?? 0)) / days.length} aria-label={t("leave.progress-label")} />
            </div>
          )}
          <Failure error={save.error}>
            {days.length > 1 && <Text size="sm">{t("leave.partly", { done: progress?.done.length ?? 0, of: days.length })}</Text>}
            {problemOf(save.error, "stale") && (
              <Button size="xs" mt="xs" variant="default" onClick={() => void reload().then(() => save.reset())}>
                {t("reload")}
              </Button>
            )}
          </Failure>
          <Group justify="flex-end">
            <Button loading={save.isPending} disabled={problemOf(save.error, "stale") !== undefined} onClick={() => save.mutate(absent)}>
              {progress ? t("leave.go-on") : t("leave.save", { count: days.length })}
            </Button>
          </Group>
        </Preview>
      )}
      {save.isSuccess && save.data > 0 && (
        <Box mt="lg">
          <MustMove count={save.data} />
        </Box>
      )}
    </Card>
  );
}
