import { Alert, Button, Card, Checkbox, Group, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import type { Specialty } from "@/api/specialties";
import { useProblems } from "@/api/useProblems";
import { visitsChanged } from "@/api/visits";
import { weekQuery } from "@/components/booking/week";
import { notifyDone } from "@/components/notify";
import { PractitionerSelect } from "@/components/PractitionerSelect";
import { Query } from "@/components/Query";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { addDays, dayOf, ownZone } from "@/components/time";
import { WaitEntry } from "@/components/waitlist/WaitEntry";

const waitsQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: ["waitlist", "of-patient", patientId],
    queryFn: ({ pageParam: cursor, signal }) =>
      answered(care.GET("/v1/waitlist", { params: { query: { patient_id: patientId, ...(cursor ? { cursor } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
    refetchInterval: 15_000,
    refetchOnWindowFocus: "always",
  });

/** What a patient waits and has waited for; the desk puts them on the list, also urgently. */
export function Waits({ patientId }: { patientId: string }) {
  const { t } = useTranslation("desk");
  const waits = useInfiniteQuery(waitsQuery(patientId));
  return (
    <Stack gap="xl">
      <Query query={waits} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Text c="dimmed">{t("join.none")}</Text>}>
        {({ pages }) => (
          <Stack>
            {pages
              .flatMap(({ items }) => items)
              .map((entry) => (
                <WaitEntry key={entry.waitlist_id} entry={entry} />
              ))}
            {waits.hasNextPage && (
              <Group justify="center">
                <Button variant="default" loading={waits.isFetchingNextPage} onClick={() => void waits.fetchNextPage()}>
                  {t("more")}
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Query>
      <Join patientId={patientId} />
    </Stack>
  );
}

/** The longest period that the API takes, and the usual one. */
const LONGEST_DAYS = 92;
const USUAL_DAYS = 28;

function Join({ patientId }: { patientId: string }) {
  const { t } = useTranslation("desk");
  const queryClient = useQueryClient();
  const problems = useProblems();
  const intent = useIntent();
  const today = dayOf(new Date(), ownZone());
  const form = useForm({
    initialValues: {
      practitioner_id: undefined as string | undefined,
      specialty: undefined as Specialty | undefined,
      from: today,
      to: addDays(today, USUAL_DAYS),
      urgent: false,
      reason: "",
    },
    validate: {
      practitioner_id: (value, { specialty }) => (value ?? specialty ? null : t("join.missing")),
      to: (value, { from }) => (from >= today && value >= from && value < addDays(from, LONGEST_DAYS) ? null : t("join.period", { days: LONGEST_DAYS })),
    },
  });
  const { practitioner_id: practitionerId, specialty } = form.values;
  const week = useQuery({ ...weekQuery(practitionerId ?? ""), enabled: practitionerId !== undefined });
  const zone = week.data?.time_zone ?? ownZone();
  const join = useMutation({
    mutationFn: ({ from, to, urgent, reason }: typeof form.values) => {
      const body: Schema<"WaitlistIn"> = {
        patient_id: patientId,
        ...(practitionerId ? { practitioner_id: practitionerId } : specialty ? { specialty } : {}),
        from,
        to,
        time_zone: zone,
        priority: urgent ? "urgent" : "routine",
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      };
      return answered(care.POST("/v1/waitlist", { body, params: { header: { "Idempotency-Key": intent.keyFor(body) } } }));
    },
    onSuccess: () => {
      intent.done();
      form.reset();
      visitsChanged(queryClient);
      notifyDone(t("join.done"));
    },
    onError: (error) => form.setErrors(problems.fields(error)),
  });
  return (
    <Card component="section" maw="42rem">
      <form onSubmit={form.onSubmit((values) => join.mutate(values))} noValidate>
        <Stack>
          <div>
            <Title order={2}>{t("join.title")}</Title>
            <Text size="sm" c="dimmed">
              {t("join.text")}
            </Text>
          </div>
          {join.isError && (
            <Alert color="red" role="alert">
              {problems.text(join.error)}
            </Alert>
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <PractitionerSelect
              label={t("practitioner")}
              placeholder={t("begin")}
              value={practitionerId}
              onChange={(id) => form.setValues({ practitioner_id: id, ...(id ? { specialty: undefined } : {}) })}
              error={form.errors.practitioner_id}
            />
            <SpecialtySelect
              label={t("specialty")}
              placeholder={t("any")}
              clearable
              value={specialty}
              onChange={(code) => form.setValues({ specialty: code, ...(code ? { practitioner_id: undefined } : {}) })}
            />
            <TextInput type="date" label={t("join.from")} required min={today} {...form.getInputProps("from")} />
            <TextInput type="date" label={t("join.to")} required min={form.values.from} {...form.getInputProps("to")} />
          </SimpleGrid>
          <TextInput label={t("join.reason")} maxLength={300} autoComplete="off" {...form.getInputProps("reason")} />
          <Checkbox label={t("join.urgent")} {...form.getInputProps("urgent", { type: "checkbox" })} />
          <Group justify="flex-end">
            <Button type="submit" loading={join.isPending}>
              {t("join.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
