import { Button, Card, Checkbox, Chip, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormErrors, useForm, type UseFormReturnType } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { useZone } from "../booking/week";
import { Failure } from "../states";
import { dayOf, ownZone } from "../time";
import { useWeekdays } from "../useWeekdays";
import { ZoneName } from "../VisitTime";
import { faultsOf, LONGEST_DAYS, usualWish, wishOf, type WishValues } from "./wish";

export type Form = UseFormReturnType<WishValues>;

interface Props {
  patientId: string;
  /** Whom or what is waited for, where the form begins. */
  target?: Partial<Pick<WishValues, "practitioner_id" | "specialty">>;
  /** The part of the form in which that is chosen. */
  chooseTarget: (form: Form) => ReactNode;
  /** What is said when nothing is chosen. */
  missing: string;
  /** The reader puts somebody else on the list, and may say why and how urgently. */
  desk?: boolean;
  submit: string;
  onJoined: () => void;
  /** A way out of a refusal. */
  whenRefused?: (error: unknown) => ReactNode;
  /** Above the fields. */
  children: ReactNode;
}

const HOURS = Array.from({ length: 33 }, (_, half) => `${String(6 + Math.floor(half / 2)).padStart(2, "0")}:${half % 2 === 0 ? "00" : "30"}`);

/** Says what somebody waits for: with whom, on which days, at which times, and how they are seen. */
export function WishForm({ patientId, target, chooseTarget, missing, desk = false, submit, onJoined, whenRefused, children }: Props) {
  const { t } = useTranslation("waitlist");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const form = useForm<WishValues>({
    initialValues: { ...usualWish(dayOf(new Date(), ownZone())), ...target },
    validate: (values): FormErrors =>
      Object.fromEntries(
        Object.entries(faultsOf(values, today)).map(([field, fault]) => [field, fault === "target" ? missing : t(`missing.${fault}`, { days: LONGEST_DAYS })]),
      ),
  });
  const zone = useZone(form.values.practitioner_id) ?? ownZone();
  const today = dayOf(new Date(), zone);
  const join = useMutation({
    mutationFn: (values: WishValues) => {
      const body = wishOf(values, patientId, zone);
      return answered(care.POST("/v1/waitlist", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: () => {
      intent.done();
      form.reset();
      visitsChanged(queryClient);
      onJoined();
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section" maw="42rem">
      <form onSubmit={form.onSubmit((values) => join.mutate(values))} noValidate>
        <Stack>
          {children}
          {chooseTarget(form)}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput type="date" label={t("from")} min={today} required {...form.getInputProps("from")} />
            <TextInput type="date" label={t("to")} min={form.values.from} required {...form.getInputProps("to")} />
            <Select label={t("earliest")} placeholder={t("any-time")} data={HOURS} clearable {...form.getInputProps("earliest")} />
            <Select label={t("latest")} placeholder={t("any-time")} data={HOURS} clearable {...form.getInputProps("latest")} />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            <ZoneName zone={zone} at={`${form.values.from || today}T12:00:00Z`} />
          </Text>
          <Weekdays form={form} />
          <SegmentedControl
            aria-label={t("mode.label")}
            data={(["in_person", "video"] as const).map((value) => ({ value, label: t(`mode.${value}`) }))}
            fullWidth
            {...form.getInputProps("mode")}
          />
          {desk && (
            <>
              <TextInput label={t("reason")} maxLength={300} autoComplete="off" {...form.getInputProps("reason")} />
              <Checkbox label={t("urgent")} {...form.getInputProps("urgent", { type: "checkbox" })} />
            </>
          )}
          {join.isError && <Failure error={join.error}>{whenRefused?.(join.error)}</Failure>}
          <Group justify="flex-end">
            <Button type="submit" loading={join.isPending}>
              {submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Weekdays({ form }: { form: Form }) {
  const { t } = useTranslation("waitlist");
  const names = useWeekdays("short");
  const label = useId();
  return (
    <Stack gap="xs" role="group" aria-labelledby={label}>
      <Text size="sm" fw={600} id={label}>
        {t("weekdays")}
      </Text>
      <Chip.Group multiple {...form.getInputProps("weekdays")}>
        <Group gap="xs">
          {names.map((name, day) => (
            <Chip key={name} value={String(day)} size="sm">
              {name}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Text size="sm" c="dimmed">
        {t("weekdays-hint")}
      </Text>
    </Stack>
  );
}
