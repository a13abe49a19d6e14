import { Alert, Button, Card, Chip, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { practitionerQuery } from "@/api/practitioners";
import { problemOf } from "@/api/problems";
import type { Specialty } from "@/api/specialties";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { useActingFor } from "@/app/acting";
import { useZone } from "@/components/booking/week";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor, LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { addDays, dayOf, ownZone } from "@/components/time";
import { ZoneName } from "@/components/VisitTime";
import { useWeekdays } from "./weekdays";

type Wish = Schema<"WaitlistIn">;

/** The longest period that one may wait for, and the usual one. */
const LONGEST_DAYS = 92;
const USUAL_DAYS = 28;

const HOURS = Array.from({ length: 33 }, (_, half) => `${String(6 + Math.floor(half / 2)).padStart(2, "0")}:${half % 2 === 0 ? "00" : "30"}`);

/** Says what somebody waits for. */
export function Join() {
  const { t } = useTranslation("waitlist");
  const { practitioner, specialty } = useSearch({ from: "/care/waitlist/join" });
  const { patientId } = useActingFor();
  if (patientId === null) return null;
  return (
    <Page title={t("join")} description={t("join-text")} width="text">
      <Form key={patientId} patientId={patientId} practitionerId={practitioner} initial={specialty} />
    </Page>
  );
}

function Form({ patientId, practitionerId, initial }: { patientId: string; practitionerId: string | undefined; initial: Specialty | undefined }) {
  const { t } = useTranslation("waitlist");
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const weekdays = useWeekdays();
  const practitioner = useQuery({ ...practitionerQuery(practitionerId ?? ""), enabled: practitionerId !== undefined });
  const clinic = useZone(practitionerId);
  const zone = clinic ?? ownZone();
  const today = dayOf(new Date(), zone);
  const form = useForm({
    initialValues: {
      specialty: initial,
      from: today,
      to: addDays(today, USUAL_DAYS),
      earliest: null as string | null,
      latest: null as string | null,
      weekdays: [] as string[],
      mode: "in_person" as Wish["mode"],
    },
    validate: {
      specialty: (value) => (value ?? practitionerId ? null : t("missing.specialty")),
      from: (value) => (value >= today ? null : t("missing.from")),
      to: (value, { from }) => (value >= from && value < addDays(from, LONGEST_DAYS) ? null : t("missing.to", { days: LONGEST_DAYS })),
      latest: (value, { earliest }) => (value !== null && earliest !== null && value < earliest ? t("missing.latest") : null),
    },
  });
  const join = useMutation({
    mutationFn: ({ specialty, earliest, latest, weekdays: days, ...values }: typeof form.values) => {
      const body: Wish = {
        ...values,
        patient_id: patientId,
        time_zone: zone,
        weekdays: days.map(Number).sort(),
        ...(earliest ? { earliest } : {}),
        ...(latest ? { latest } : {}),
        ...(practitionerId ? { practitioner_id: practitionerId } : specialty ? { specialty } : {}),
      };
      return answered(care.POST("/v1/waitlist", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: async () => {
      intent.done();
      visitsChanged(queryClient);
      notifyDone(t("joined"));
      await navigate({ to: "/waitlist" });
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit((values) => join.mutate(values))} noValidate>
        <Stack>
          <ForWhom patientId={patientId} />
          {practitionerId ? (
            <Text>
              {t("with")} <b>{practitioner.data?.display_name ?? "…"}</b>
            </Text>
          ) : (
            <>
              <SpecialtySelect
                label={t("specialty")}
                required
                value={form.values.specialty}
                onChange={(specialty) => form.setFieldValue("specialty", specialty)}
                error={form.errors.specialty}
              />
              <Text size="sm" c="dimmed">
                {t("or-doctor")}{" "}
                <LinkAnchor to="/find" size="sm">
                  {t("find")}
                </LinkAnchor>
              </Text>
            </>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput type="date" label={t("from")} min={today} required {...form.getInputProps("from")} />
            <TextInput type="date" label={t("to")} min={form.values.from} required {...form.getInputProps("to")} />
            <Select label={t("earliest")} placeholder={t("any-time")} data={HOURS} clearable {...form.getInputProps("earliest")} />
            <Select label={t("latest")} placeholder={t("any-time")} data={HOURS} clearable {...form.getInputProps("latest")} />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            <ZoneName zone={zone} at={`${form.values.from || today}T12:00:00Z`} />
          </Text>
          <Stack gap="xs" role="group" aria-labelledby="weekdays">
            <Text size="sm" fw={600} id="weekdays">
              {t("weekdays")}
            </Text>
            <Chip.Group multiple {...form.getInputProps("weekdays")}>
              <Group gap="xs">
                {weekdays.map((name, day) => (
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
          <SegmentedControl
            aria-label={t("mode.label")}
            data={(["in_person", "video"] as const).map((value) => ({ value, label: t(`mode.${value}`) }))}
            fullWidth
            {...form.getInputProps("mode")}
          />
          {join.isError && (
            <Alert color={problemOf(join.error, "already-waiting") ? "orange" : "red"} role="alert" title={problems.text(join.error)}>
              {problemOf(join.error, "already-waiting") && (
                <LinkButton to="/waitlist" size="xs" variant="default">
                  {t("see-entry")}
                </LinkButton>
              )}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={join.isPending}>
              {t("submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
