import FullCalendar, { type CalendarRef, type EventInput } from "@fullcalendar/react";
import timeGrid from "@fullcalendar/react/timegrid";
import classicTheme from "@fullcalendar/react/themes/classic";
import "@fullcalendar/react/skeleton.css";
import "@fullcalendar/react/themes/classic/theme.css";
import "@fullcalendar/react/themes/classic/palette.css";
import { Text, VisuallyHidden } from "@mantine/core";
import { IconVideo } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { planOn, type Schedule } from "@/api/schedules";
import type { Visit } from "@/api/visits";
import { PersonName } from "@/components/PersonName";
import { StatusIcon } from "@/components/visits/StatusBadge";
import { addDays, dayOf, formatDate, formatTime, formatTimes } from "@/components/time";
import classes from "./Grid.module.css";
import { clockOf, leaveOn, minuteOf, offOn, shownHours, type Stretch, wallTime, workedOn } from "./hours";

interface Props {
  visits: Visit[];
  schedule: Schedule | null;
  zone: string;
  view: "day" | "week";
  from: string;
  to: string;
  open: string | undefined;
  /** For readers who may look into a visit. */
  onOpen: ((appointmentId: string) => void) | undefined;
}

const VIEWS = { day: "timeGridDay", week: "timeGridWeek" } as const;
const PLUGINS = [timeGrid, classicTheme];

/** Days side by side with the hours down the page; what is not worked is shaded. */
export default function Grid({ visits, schedule, zone, view, from, to, open, onOpen }: Props) {
  const { t, i18n } = useTranslation("calendar");
  const calendar = useRef<CalendarRef>(null);
  const days = useMemo(() => daysOf(from, to), [from, to]);
  const hours = shownHours([...(schedule ? days.flatMap((day) => workedOn(schedule, day)) : []), ...days.flatMap((day) => visits.flatMap((visit) => onDay(visit, day, zone)))]);
  const shortest = Math.min(30, ...days.map((day) => (schedule && planOn(schedule, day)?.slot_minutes) ?? 30));

  useEffect(() => {
    calendar.current?.getApi().changeView(VIEWS[view], from);
  }, [view, from]);

  const events = useMemo<EventInput[]>(
    () => [
      ...visits.map((visit) => ({ id: visit.appointment_id, start: visit.start, end: visit.end, extendedProps: { visit } })),
      ...(schedule ? days.flatMap((day) => background(schedule, day, t("leave"))) : []),
    ],
    [visits, schedule, days, t],
  );

  return (
    <div className={classes.grid}>
      <FullCalendar
        ref={calendar}
        plugins={PLUGINS}
        initialView={VIEWS[view]}
        initialDate={from}
        timeZone={zone}
        locale={i18n.language === "en" ? "en-GB" : i18n.language}
        firstDay={1}
        headerToolbar={false}
        allDaySlot={false}
        height="auto"
        nowIndicator
        slotMinTime={clockOf(hours.start)}
        slotMaxTime={clockOf(hours.end)}
        slotDuration="00:30"
        // The shortest visit must hold a line of text.
        slotMinHeight={Math.max(36, Math.round((26 * 30) / shortest))}
        slotHeaderFormat={{ hour: "2-digit", minute: "2-digit", hour12: false }}
        slotEventOverlap={false}
        eventInteractive={onOpen !== undefined}
        events={events}
        eventClick={({ event }) => event.id && onOpen?.(event.id)}
        eventClass={({ event }) => [classes.event, classes[visitOf(event).status], event.id === open && classes.open].filter(Boolean).join(" ")}
        eventContent={(info) => <Entry visit={visitOf(info.event)} zone={zone} long={view === "day"} />}
        backgroundEventClass={({ event }) => (event.title ? classes.leave : classes.off) ?? ""}
        backgroundEventContent={({ event }) => event.title && <span className={classes.label}>{event.title}</span>}
        dayHeaderContent={({ date }) => <DayHeading day={dayOf(date, zone)} />}
      />
    </div>
  );
}

function Entry({ visit, zone, long }: { visit: Visit; zone: string; long: boolean }) {
  const { t, i18n } = useTranslation("visit");
  return (
    <div className={classes.entry}>
      <StatusIcon status={visit.status} />
      <span className={classes.time}>{long ? formatTimes(visit.start, visit.end, zone, i18n.language) : formatTime(visit.start, zone, i18n.language)}</span>
      <span className={classes.name}>
        <PersonName patientId={visit.patient_id} />
      </span>
      {visit.mode === "video" && <IconVideo size={14} stroke={2} role="img" aria-label={t("mode.video")} style={{ flex: "none" }} />}
      {long ? <span>· {t(`status.${visit.status}`)}</span> : <VisuallyHidden>{t(`status.${visit.status}`)}</VisuallyHidden>}
    </div>
  );
}

function DayHeading({ day }: { day: string }) {
  const { i18n } = useTranslation();
  return (
    <span className={classes.heading}>
      <Text span size="sm" c="dimmed">
        {formatDate(day, i18n.language, { weekday: "short" })}
      </Text>
      <Text span fw={600}>
        {formatDate(day, i18n.language, { day: "numeric", month: "short" })}
      </Text>
    </span>
  );
}

function visitOf({ extendedProps }: { extendedProps: Record<string, unknown> }): Visit {
  return extendedProps.visit as Visit;
}

function daysOf(from: string, to: string): string[] {
  return from > to ? [] : [from, ...daysOf(addDays(from, 1), to)];
}

/** When on a day a visit is, by the clock there. */
function onDay(visit: Visit, day: string, zone: string): Stretch[] {
  const [begins, ends] = [dayOf(visit.start, zone), dayOf(visit.end, zone)];
  if (day < begins || ends < day) return [];
  return [{ start: begins === day ? minuteOf(visit.start, zone) : 0, end: ends === day ? minuteOf(visit.end, zone) : 1440 }];
}

/** What is not worked on a day, and the leave. */
function background(schedule: Schedule, day: string, leaveTitle: string): EventInput[] {
  const leave = leaveOn(schedule, day);
  return [
    ...offOn(schedule, day).map((off) => ({ ...off, title: "" })),
    ...(leave ? [{ ...leave, title: leaveTitle }] : []),
  ].map(({ start, end, title }) => ({ start: wallTime(day, start), end: wallTime(day, end), title, display: "background", interactive: false }));
}
