import { Text, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  /** ISO 8601. */
  until: string;
  onEnd?: () => void;
}

/** Seconds left at which it is said aloud; in between it is only seen. */
const SPOKEN = [300, 120, 60, 30, 10];

/** Time left as m:ss. Screen readers hear it now and then, not every second. */
export function Countdown({ until, onEnd }: Props) {
  const { t } = useTranslation();
  const left = useSecondsLeft(until, onEnd);
  const spoken = SPOKEN.findLast((mark) => left <= mark);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <>
      <Text span fw={600} c={left <= 60 ? "red" : undefined} style={{ fontVariantNumeric: "tabular-nums" }} aria-hidden>
        {clock}
      </Text>
      <VisuallyHidden role="timer" aria-live="polite">
        {spoken === undefined ? null : spoken < 60 ? t("seconds-left", { count: spoken }) : t("time-left", { count: spoken / 60 })}
      </VisuallyHidden>
    </>
  );
}

/** Whole seconds until then, 0 once it is past; `onEnd` is called once. */
function useSecondsLeft(until: string, onEnd?: () => void): number {
  const [left, setLeft] = useState(() => secondsUntil(until));

  useEffect(() => {
    const tick = () => {
      const now = secondsUntil(until);
      setLeft(now);
      if (now === 0) {
        clearInterval(timer);
        onEnd?.();
      }
    };
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a new function does not begin the countdown again
  }, [until]);
  return left;
}

function secondsUntil(until: string): number {
  return Math.max(0, Math.ceil((Date.parse(until) - Date.now()) / 1000));
}
