import { Alert, Box, Group, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { scheduleQuery, zoneOn } from "@/api/schedules";
import { confirm } from "@/components/confirm";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { Failure, Loading } from "@/components/states";
import { addDays, dayOf, ownZone } from "@/components/time";
import { ZoneName } from "@/components/VisitTime";
import classes from "./Calendar.module.css";
import { DayList } from "./DayList";
import { DayNavigation } from "./DayNavigation";
import { leaveOn, mondayOf } from "./hours";
import { NextPatients } from "./NextPatients";
import { PractitionerPicker } from "./PractitionerPicker";
import { type CalendarSearch, looksAtOthers } from "./routes";
import { VisitPanel } from "./VisitPanel";
import { visitsQuery } from "./visits";

const Grid = lazy(() => import("./Grid"));
const route = getRouteApi("/care/calendar");

/** A practitioner's days: visits, hours and leave, and beside them the visit that is open. */
export function Calendar() {
  const { t } = useTranslation("calendar");
  const me = useMe();
  const { practitioner = me.practitioner_id } = route.useSearch();
  const navigate = route.useNavigate();
  const own = practitioner !== null && practitioner === me.practitioner_id;
  const choose = (id: string) => void navigate({ search: ({ day, view }) => ({ day, view, practitioner: id }) });
  return (
    <Page
      title={own ? t("title") : t("title-others")}
      width="full"
      actions={looksAtOthers(me) && <PractitionerPicker value={practitioner} onChange={choose} />}
    >
      {practitioner === null ? <Text c="dimmed">{t("choose-practitioner")}</Text> : <Days key={practitioner} practitionerId={practitioner} own={own} />}
    </Page>
  );
}

function Days({ practitionerId, own }: { practitionerId: string; own: boolean }) {
  const { t } = useTranslation("calendar");
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const [cancelled, setCancelled] = useState(false);
  const [underWay, setUnderWay] = useState(false);

  const schedule = useQuery(scheduleQuery(practitionerId));
  const zone = (schedule.data && zoneOn(schedule.data, search.day ?? dayOf(new Date(), ownZone()))) ?? ownZone();
  const today = dayOf(new Date(), zone);
  const day = search.day ?? today;
  const view = narrow ? "day" : (search.view ?? "week");
  const from = view === "week" ? mondayOf(day) : day;
  const to = view === "week" ? addDays(from, 6) : day;
  // The evening before too: a visit can pass midnight.
  const visits = useQuery({ ...visitsQuery(practitionerId, addDays(from, -1), to), enabled: schedule.isSuccess });
  const shown = visits.data?.filter(({ status }) => cancelled || status !== "cancelled");

  // Opening another visit, closing this one and leaving the page are all one thing: the address changes.
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      const stays = next.pathname === current.pathname && (next.search as CalendarSearch).visit === (current.search as CalendarSearch).visit;
      if (!underWay || stays) return false;
      return !(await confirm({ title: t("unsaved.title"), text: t("unsaved.text"), confirm: t("unsaved.discard"), danger: true }));
    },
    enableBeforeUnload: () => underWay,
  });

  const change = (next: CalendarSearch) => void navigate({ search: (search) => ({ ...search, ...next }) });
  const open = (visit: string | undefined) => change({ visit });

  if (schedule.isError) return <Failure error={schedule.error} retry={() => void schedule.refetch()} />;
  if (schedule.isPending) return <Loading />;
  const leave = schedule.data && leaveOn(schedule.data, day);
  return (
    <div className={classes.workspace} data-open={search.visit !== undefined || undefined}>
      <Stack gap="md" miw={0}>
        {schedule.data === null && (
          <Alert title={t("no-hours")}>
            {own && me.can("SetSchedule") && (
              <LinkButton to="/schedule" size="xs">
                {t("set-hours")}
              </LinkButton>
            )}
          </Alert>
        )}
        {own && <NextPatients practitionerId={practitionerId} zone={zone} onOpen={open} />}
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <DayNavigation day={day} from={from} to={to} today={today} onDay={(day) => change({ day })} />
            <Text size="sm" c="dimmed">
              <ZoneName zone={zone} at={`${day}T12:00:00Z`} />
            </Text>
          </Group>
          <Group gap="md">
            <Switch size="sm" label={t("show-cancelled")} checked={cancelled} onChange={(event) => setCancelled(event.currentTarget.checked)} />
            {!narrow && (
              <SegmentedControl
                aria-label={t("view.label")}
                value={view}
                onChange={(view) => change({ view })}
                data={[
                  { value: "day", label: t("view.day") },
                  { value: "week", label: t("view.week") },
                ]}
              />
            )}
          </Group>
        </Group>
        {visits.isError && <Failure error={visits.error} retry={() => void visits.refetch()} />}
        {shown === undefined && !visits.isError && <Loading rows={5} height={56} />}
        {shown &&
          (narrow ? (
            <DayList visits={shown.filter(({ start }) => dayOf(start, zone) === day)} zone={zone} leave={leave ?? undefined} open={search.visit} onOpen={me.can("ReadAppointment") ? open : undefined} isToday={day === today} />
          ) : (
            <Suspense fallback={<Loading rows={5} height={56} />}>
              <Box aria-busy={visits.isPlaceholderData}>
                <Grid visits={shown} schedule={schedule.data} zone={zone} view={view} from={from} to={to} open={search.visit} onOpen={me.can("ReadAppointment") ? open : undefined} />
              </Box>
            </Suspense>
          ))}
      </Stack>
      {search.visit && (
        <VisitPanel key={search.visit} appointmentId={search.visit} onUnderWay={setUnderWay} onClose={() => open(undefined)} />
      )}
    </div>
  );
}
