import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { practitionerQuery } from "@/api/practitioners";
import { useActingFor } from "@/app/acting";
import { BookVisit } from "@/components/booking/BookVisit";
import { ForWhom } from "@/components/ForWhom";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { PractitionerCard } from "@/components/PractitionerCard";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";

/** A practitioner, what is free with them, and the way to a booked visit. */
export function Book() {
  const { t } = useTranslation("booking");
  const { practitionerId } = useParams({ from: "/care/book/$practitionerId" });
  const { start } = useSearch({ from: "/care/book/$practitionerId" });
  const [initial] = useState(start === undefined ? undefined : { start });
  const { patientId } = useActingFor();
  const navigate = useNavigate();
  const practitioner = useQuery(practitionerQuery(practitionerId));

  useEffect(() => {
    // It is reserved once: who loads this page again, or comes back to it, chooses anew.
    if (start) void navigate({ to: "/book/$practitionerId", params: { practitionerId }, replace: true });
  }, [start, navigate, practitionerId]);

  if (patientId === null) return null;
  return (
    <Page title={t("title")} description={<ForWhom patientId={patientId} />}>
      <Query
        query={practitioner}
        isEmpty={({ active }) => !active}
        empty={<Empty title={t("inactive")} action={<LinkButton to="/find">{t("find-other")}</LinkButton>} />}
      >
        {(found) => (
          <>
            <PractitionerCard practitioner={found} />
            <BookVisit
              key={`${practitionerId} ${patientId}`}
              practitioner={found}
              patientId={patientId}
              initial={initial}
              whenFull={
                <LinkButton to="/waitlist/join" search={{ practitioner: practitionerId }} variant="default">
                  {t("join-waitlist")}
                </LinkButton>
              }
              onBooked={({ appointment_id: appointmentId }) =>
                void navigate({ to: "/visits/$appointmentId", params: { appointmentId }, search: { booked: true }, replace: true })
              }
              onSeries={({ series_id: seriesId }) => void navigate({ to: "/series/$seriesId", params: { seriesId }, search: { booked: true }, replace: true })}
            />
          </>
        )}
      </Query>
    </Page>
  );
}
