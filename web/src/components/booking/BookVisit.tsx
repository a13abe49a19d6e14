import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { IconClockExclamation, IconHourglass } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Practitioner } from "@/api/practitioners";
import type { Visit } from "@/api/visits";
import { Countdown } from "@/components/Countdown";
import { ForWhom } from "@/components/ForWhom";
import { Failure, Loading } from "@/components/states";
import { ownZone } from "@/components/time";
import { ChosenTime } from "./ChosenTime";
import { Clashes } from "./Clashes";
import type { Chosen, Flow } from "./flow";
import { Refused } from "./Refused";
import { Repeat } from "./Repeat";
import { type Changes, occurrencesOf, type Repetition } from "./series";
import { SlotWeek } from "./SlotWeek";
import { type Details, type Series, useBooking } from "./useBooking";
import { useWhose } from "./useWhose";
import { useZone } from "./week";

interface Props {
  practitioner: Practitioner;
  patientId: string;
  /** A time that was chosen before this showed; it is reserved at once. */
  initial?: Chosen | undefined;
  /** What else to do when nothing is free. */
  whenFull?: ReactNode;
  onBooked: (visit: Visit) => void;
  onSeries: (series: Series) => void;
}

const REASON_MOST = 300;

/** Free times, then the details of the one that is reserved, then it is booked. Mount it anew for another patient. */
export function BookVisit({ practitioner, patientId, initial, whenFull, onBooked, onSeries }: Props) {
  const practitionerId = practitioner.practitioner_id;
  const booking = useBooking({ practitionerId, patientId, onBooked, onSeries });
  const zone = useZone(practitionerId) ?? ownZone();
  const { flow, choose } = booking;
  const [details, setDetails] = useState<Details>({ mode: "in_person", reason: "" });
  const [repetition, setRepetition] = useState<Repetition | null>(null);
  const [changes, setChanges] = useState<Changes>({});
  const asked = useRef(initial);

  useEffect(() => {
    // Once, even where React mounts twice to find mistakes.
    const first = asked.current;
    asked.current = undefined;
    if (first) choose(first);
  });

  const chooseAnew = (slot: Chosen) => {
    setChanges({});
    choose(slot);
  };
  const repeat = (wanted: Repetition | null) => {
    setRepetition(wanted);
    setChanges({});
  };
  const confirm = () => {
    if (!repetition) booking.book(details);
    else booking.bookSeries(details, { ...repetition, changes: Object.entries(changes).map(([number, start]) => ({ occurrence: Number(number), start })) });
  };

  if (flow.step === "booked") return <Loading rows={1} height={160} />;
  if (flow.step === "choosing" || (flow.step === "holding" && !flow.again && flow.slot.end !== undefined))
    return (
      <Stack>
        {flow.step === "choosing" && flow.refusal && <Refused refusal={flow.refusal} patientId={patientId} zone={zone} onChoose={chooseAnew} />}
        <SlotWeek
          practitionerId={practitionerId}
          selected={flow.step === "holding" ? flow.slot.start : undefined}
          busy={flow.step === "holding"}
          onSelect={chooseAnew}
          whenFull={whenFull}
        />
      </Stack>
    );
  if (flow.step === "holding" && !flow.again) return <Loading rows={1} height={320} />;
  const count = repetition ? occurrencesOf(flow.slot.start, repetition, zone, changes).filter(({ start }) => start !== null).length : 1;
  return (
    <Confirm flow={flow} zone={zone} patientId={patientId} count={count} onAgain={() => choose(flow.slot)} onLapse={booking.lapse} onBack={booking.back} onConfirm={confirm}>
      <Visits patientId={patientId} details={details} onChange={setDetails} disabled={flow.step !== "details"} />
      {flow.step === "details" && (
        <>
          <Repeat first={flow.slot.start} zone={zone} repetition={repetition} onChange={repeat} changes={changes} />
          {repetition && flow.clashes && (
            <Clashes clashes={flow.clashes} patientId={patientId} zone={zone} changes={changes} onChange={(occurrence, start) => setChanges({ ...changes, [occurrence]: start })} />
          )}
        </>
      )}
    </Confirm>
  );
}

/** How the patient is seen, and why. */
function Visits({ patientId, details, onChange, disabled }: { patientId: string; details: Details; onChange: (details: Details) => void; disabled: boolean }) {
  const { t } = useTranslation("booking");
  const whose = useWhose(patientId);
  const modes = (["in_person", "video"] as const).map((value) => ({ value, label: t(`mode.${value}`) }));
  return (
    <>
      <SegmentedControl
        aria-label={t("mode.label", whose)}
        data={modes}
        value={details.mode}
        onChange={(mode) => onChange({ ...details, mode })}
        disabled={disabled}
        fullWidth
      />
      <Textarea
        label={t("reason")}
        description={t("reason-hint", whose)}
        inputWrapperOrder={["label", "input", "description", "error"]}
        autosize
        minRows={2}
        maxLength={REASON_MOST}
        value={details.reason}
        onChange={({ currentTarget }) => onChange({ ...details, reason: currentTarget.value })}
        disabled={disabled}
      />
    </>
  );
}

interface ConfirmProps {
  flow: Exclude<Flow, { step: "choosing" | "booked" }>;
  zone: string;
  patientId: string;
  /** How many visits are to be booked. */
  count: number;
  onAgain: () => void;
  onLapse: () => void;
  onBack: () => void;
  onConfirm: () => void;
  children: ReactNode;
}

function Confirm({ flow, zone, patientId, count, onAgain, onLapse, onBack, onConfirm, children }: ConfirmProps) {
  const { t } = useTranslation("booking");
  const whose = useWhose(patientId);
  const { step, slot } = flow;
  const lapsed = step === "holding" || flow.lapsed;
  const single = count === 1;

  return (
    <ChosenTime title={t("your-time", whose)} slot={slot} zone={zone}>
      {whose.context === undefined && <ForWhom patientId={patientId} />}
      {step === "details" && flow.hold && !flow.lapsed && (
        <Alert icon={<IconHourglass />} variant="light">
          {t("held", whose)} <Countdown until={flow.hold.expires_at} onEnd={onLapse} />
        </Alert>
      )}
      {lapsed && step !== "booking" && step !== "unsure" && (
        <Alert icon={<IconClockExclamation />} color="orange" role="alert" title={t("lapsed", whose)}>
          <Stack gap="sm" align="start">
            <Text size="sm">{t("lapsed-text")}</Text>
            <Button size="xs" loading={step === "holding"} onClick={onAgain}>
              {t("hold-again")}
            </Button>
          </Stack>
        </Alert>
      )}
      {children}
      {step === "details" && <Failure error={flow.error} />}
      {step === "unsure" && (
        <Alert color="orange" role="alert" title={t("unsure")}>
          {t("unsure-text", whose)}
        </Alert>
      )}
      <Group justify="space-between" wrap="wrap-reverse">
        <Button variant="subtle" color="gray" onClick={onBack} disabled={step !== "details"}>
          {t("another-time")}
        </Button>
        <Button size="md" loading={step === "booking"} disabled={lapsed && single} onClick={onConfirm}>
          {step === "unsure" ? t("send-again") : t("book", { count })}
        </Button>
      </Group>
    </ChosenTime>
  );
}
