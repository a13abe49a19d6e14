import { Alert, Button, Card, Group, Select, SimpleGrid, Stack, TextInput, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { practitionerQuery, roomsQuery } from "@/api/practitioners";
import { problemOf } from "@/api/problems";
import { scheduleQuery } from "@/api/schedules";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { workListChanged } from "@/api/workList";
import { confirm } from "@/components/confirm";
import { notifyDone } from "@/components/notify";
import { Failure } from "@/components/states";
import { Breaks } from "./Breaks";
import { Days } from "./Days";
import { Preview } from "./Preview";
import { faultsOf, hoursField, scheduleOf, type Week } from "./week";

interface Props {
  practitionerId: string;
  /** The schedule's version that the form was made from. */
  version: number;
  first: Week;
  today: string;
  reload: () => Promise<unknown>;
  /** Hears how many booked visits no longer fit. */
  onSaved: (affected: number) => void;
}

const SLOTS = [5, 10, 15, 20, 25, 30, 40, 45, 60, 90, 120];

/** A new version of the week. What it would do is shown first, and only what was shown can be saved. */
export function WeekForm({ practitionerId, version, first, today, reload, onSaved }: Props) {
  const { t } = useTranslation("schedule");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const [start] = useState(first);
  const [week, setWeek] = useState(start);
  const [checked, setChecked] = useState(false);
  const practitioner = useQuery(practitionerQuery(practitionerId));
  const rooms = useQuery({ ...roomsQuery(practitioner.data?.department_id ?? ""), enabled: practitioner.isSuccess });
  const path = { practitioner_id: practitionerId };

  const preview = useMutation({
    mutationFn: (wanted: Week) => answered(care.POST("/v1/practitioners/{practitioner_id}/schedule/preview", { params: { path }, body: scheduleOf(wanted) })),
  });
  const save = useMutation({
    mutationFn: (wanted: Week) =>
      answered(care.PUT("/v1/practitioners/{practitioner_id}/schedule", { params: { path, header: { "If-Match": `"${version}"` } }, body: scheduleOf(wanted) })),
    onSuccess: (saved) => {
      queryClient.setQueryData(scheduleQuery(practitionerId).queryKey, saved);
      visitsChanged(queryClient);
      workListChanged(queryClient);
      notifyDone(t("saved"));
      onSaved(saved.affected.length);
    },
  });
  const failed = save.error ?? preview.error;
  const faults = checked ? messages() : {};
  const shown = preview.isSuccess && preview.variables === week;

  useBlocker({
    shouldBlockFn: async () => week !== start && !save.isSuccess && !(await confirm({ title: t("unsaved.title"), text: t("unsaved.text"), confirm: t("unsaved.discard"), danger: true })),
    enableBeforeUnload: () => week !== start && !save.isSuccess,
  });

  function messages(): Record<string, string> {
    const own = Object.entries(faultsOf(week)).map(([field, fault]) => [field, t(`fault.${fault}`)]);
    // The API counts the week's hours through; the page has them by day.
    const theirs = Object.entries(problems.fields(failed)).map(([field, sentence]) => {
      const [, number] = /^weekly\.(\d+)/.exec(field) ?? [];
      return [(number && hoursField(week.days, Number(number))) ?? field, sentence];
    });
    return Object.fromEntries([...theirs, ...own]) as Record<string, string>;
  }

  const change = (part: Partial<Week>) => {
    preview.reset();
    save.reset();
    setWeek({ ...week, ...part });
  };
  const look = (event: SyntheticEvent) => {
    event.preventDefault();
    setChecked(true);
    if (Object.keys(faultsOf(week)).length === 0) preview.mutate(week);
  };
  const zones = [...new Set([week.time_zone, ...Intl.supportedValuesOf("timeZone")])];
  const lengths = [...new Set([...SLOTS, week.slot_minutes])].sort((one, other) => one - other);

  return (
    <Card component="section">
      <form onSubmit={look} noValidate>
        <Stack>
          <Title order={2}>{t("form.title")}</Title>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
            <TextInput
              type="date"
              label={t("form.from")}
              required
              min={today}
              value={week.valid_from}
              error={faults.valid_from}
              onChange={({ currentTarget }) => change({ valid_from: currentTarget.value })}
            />
            <TextInput type="date" label={t("form.to")} min={week.valid_from} value={week.valid_to} error={faults.valid_to} onChange={({ currentTarget }) => change({ valid_to: currentTarget.value })} />
            <Select
              label={t("form.slot")}
              data={lengths.map((minutes) => ({ value: String(minutes), label: t("form.minutes", { minutes }) }))}
              value={String(week.slot_minutes)}
              allowDeselect={false}
              error={faults.slot_minutes}
              onChange={(minutes) => change({ slot_minutes: Number(minutes) })}
            />
            <Select label={t("form.zone")} data={zones} value={week.time_zone} searchable allowDeselect={false} limit={50} error={faults.time_zone} onChange={(zone) => zone && change({ time_zone: zone })} />
          </SimpleGrid>
          <Days days={week.days} rooms={rooms.data ?? []} faults={faults} onChange={(days) => change({ days })} />
          <Breaks breaks={week.breaks} faults={faults} onChange={(breaks) => change({ breaks })} />
          <Failure error={failed}>
            {problemOf(failed, "stale") && (
              <Button size="xs" variant="default" onClick={() => void reload()}>
                {t("reload")}
              </Button>
            )}
          </Failure>
          {checked && Object.keys(faultsOf(week)).length > 0 && <Alert color="red" role="alert" icon={<IconAlertTriangle />} title={t("form.faults")} />}
          <Group justify="flex-end">
            <Button type="submit" variant={shown ? "default" : "filled"} loading={preview.isPending}>
              {t("form.preview")}
            </Button>
          </Group>
        </Stack>
      </form>
      {shown && (
        <Preview practitionerId={practitionerId} preview={preview.data} zone={week.time_zone}>
          <Group justify="flex-end">
            <Button loading={save.isPending} onClick={() => save.mutate(week)}>
              {t("form.save")}
            </Button>
          </Group>
        </Preview>
      )}
    </Card>
  );
}
