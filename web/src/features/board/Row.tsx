import { Button, Text, UnstyledButton } from "@mantine/core";
import { IconVideo } from "@tabler/icons-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { BoardVisit } from "@/api/board";
import { useMe } from "@/api/me";
import { useProblems } from "@/api/useProblems";
import { notifyFailure } from "@/components/notify";
import { PersonName } from "@/components/PersonName";
import { PractitionerName } from "@/components/PractitionerName";
import { formatTimes } from "@/components/time";
import { useVisitStep } from "@/components/visits/change";
import { StatusBadge } from "@/components/visits/StatusBadge";
import { stepsOf } from "@/components/visits/steps";
import classes from "./Board.module.css";

interface Props {
  visit: BoardVisit;
  onOpen: (appointmentId: string) => void;
}

/** One visit of the day: its next step with one click, everything else beside the page. */
export function Row({ visit, onOpen }: Props) {
  const { t, i18n } = useTranslation("visit");
  const me = useMe();
  const problems = useProblems();
  const who = useRef<HTMLButtonElement>(null);
  const step = useVisitStep();
  const possible = stepsOf(visit, me.can, new Date());
  const over = visit.status === "cancelled" || visit.status === "fulfilled" || visit.status === "noshow";
  const name = <PersonName patientId={visit.patient_id} birthDate />;
  const checkIn = () =>
    step.mutate(
      { visit, step: "check-in" },
      {
        // The button goes with its deed; the keyboard stays in the row.
        onSuccess: () => who.current?.focus(),
        onError: (error) => notifyFailure(problems.text(error)),
      },
    );
  return (
    <li className={`${classes.visit ?? ""} ${over ? (classes.over ?? "") : ""}`}>
      <Text className={classes.time ?? ""} td={visit.status === "cancelled" ? "line-through" : undefined}>
        {formatTimes(visit.start, visit.end, visit.time_zone, i18n.language)}
      </Text>
      <div className={classes.who}>
        {me.can("ReadAppointment") ? (
          <UnstyledButton ref={who} onClick={() => onOpen(visit.appointment_id)} fw={600} td="underline">
            {name}
          </UnstyledButton>
        ) : (
          name
        )}
      </div>
      <Text size="sm" c="dimmed" className={classes.with ?? ""}>
        <PractitionerName practitionerId={visit.practitioner_id} /> {visit.mode === "video" && <IconVideo size={16} stroke={1.5} aria-label={t("mode.video")} />}
      </Text>
      <div className={classes.status}>
        <StatusBadge status={visit.status} />
      </div>
      <div className={classes.deed}>
        {possible.includes("check-in") && (
          <Button size="xs" loading={step.isPending} onClick={checkIn}>
            {t("step.check-in")}
          </Button>
        )}
      </div>
    </li>
  );
}
