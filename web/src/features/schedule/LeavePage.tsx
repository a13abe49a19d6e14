import { Alert, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { type Schedule, scheduleQuery, zoneOn } from "@/api/schedules";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { dayOf, ownZone } from "@/components/time";
import { Absences } from "./Absences";
import { LeaveForm } from "./LeaveForm";

const route = getRouteApi("/care/leave");

/** A practitioner's days off: those to come, and new ones. */
export function LeavePage() {
  const { t } = useTranslation("schedule");
  const me = useMe();
  const { practitioner = me.practitioner_id } = route.useSearch();
  const schedule = useQuery({ ...scheduleQuery(practitioner ?? ""), staleTime: 0, enabled: practitioner !== null });
  const other = practitioner !== null && practitioner !== me.practitioner_id;
  return (
    <Page title={t("leave.title")} description={other ? <PractitionerName practitionerId={practitioner} /> : t("leave.text")}>
      {practitioner === null ? (
        <Empty title={t("nobody")} />
      ) : (
        <Query query={schedule}>{(data) => (data === null ? <WithoutHours practitionerId={practitioner} /> : <Leave key={practitioner} schedule={data} reload={schedule.refetch} />)}</Query>
      )}
    </Page>
  );
}

function WithoutHours({ practitionerId }: { practitionerId: string }) {
  const { t } = useTranslation("schedule");
  return (
    <Alert title={t("leave.no-hours")}>
      <LinkButton to="/schedule" search={{ practitioner: practitionerId }} size="xs">
        {t("leave.set-hours")}
      </LinkButton>
    </Alert>
  );
}

function Leave({ schedule, reload }: { schedule: Schedule; reload: () => Promise<unknown> }) {
  const zone = zoneOn(schedule, dayOf(new Date(), ownZone())) ?? ownZone();
  const today = dayOf(new Date(), zone);
  return (
    <Stack gap="xl">
      <LeaveForm schedule={schedule} zone={zone} today={today} reload={reload} />
      <Absences schedule={schedule} today={today} />
    </Stack>
  );
}
