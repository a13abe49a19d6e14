import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { planOn, scheduleQuery, zoneOn } from "@/api/schedules";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { dayOf, ownZone } from "@/components/time";
import { MustMove } from "./MustMove";
import { Plans } from "./Plans";
import { weekOf } from "./week";
import { WeekForm } from "./WeekForm";

const route = getRouteApi("/care/schedule");

/** A practitioner's weekly hours: what holds, what is to come, and a new week from some day on. */
export function SchedulePage() {
  const { t } = useTranslation("schedule");
  const me = useMe();
  const { practitioner = me.practitioner_id } = route.useSearch();
  const other = practitioner !== null && practitioner !== me.practitioner_id;
  return (
    <Page title={t(other ? "title-others" : "title")} description={other ? <PractitionerName practitionerId={practitioner} /> : t("text")}>
      {practitioner === null ? <Empty title={t("nobody")} /> : <Weeks key={practitioner} practitionerId={practitioner} />}
    </Page>
  );
}

function Weeks({ practitionerId }: { practitionerId: string }) {
  const schedule = useQuery({ ...scheduleQuery(practitionerId), staleTime: 0, refetchOnWindowFocus: false });
  const zone = (schedule.data && zoneOn(schedule.data, dayOf(new Date(), ownZone()))) ?? ownZone();
  const today = dayOf(new Date(), zone);
  const [affected, setAffected] = useState(0);
  return (
    <Query query={schedule}>
      {(data) => (
        <Stack gap="xl">
          {affected > 0 && <MustMove count={affected} />}
          {data && <Plans schedule={data} today={today} />}
          <WeekForm
            key={data?.version ?? 0}
            practitionerId={practitionerId}
            version={data?.version ?? 0}
            first={weekOf((data && (planOn(data, today) ?? data.plans.at(-1))) ?? undefined, zone, today)}
            today={today}
            reload={schedule.refetch}
            onSaved={setAffected}
          />
        </Stack>
      )}
    </Query>
  );
}
