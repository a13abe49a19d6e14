import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useRef } from "react";
import { care, type Schema } from "@/api/care";
import { answered } from "@/api/http";
import { useIntent } from "@/api/intent";
import { type Visit, visitsChanged } from "@/api/visits";
import { type Chosen, type Flow, type Hold, mayChoose, next, START } from "./flow";

export type Series = Schema<"SeriesOut">;

/** What a visit is besides its time. */
export interface Details {
  mode: Visit["mode"];
  reason: string;
}

/** How a series differs from a single visit. */
export type SeriesDetails = Pick<Schema<"SeriesIn">, "count" | "interval_weeks" | "changes">;

export interface Booking {
  flow: Flow;
  choose: (slot: Chosen) => void;
  /** Back to the free times; what was reserved is free again. */
  back: () => void;
  lapse: () => void;
  book: (details: Details) => void;
  bookSeries: (details: Details, series: SeriesDetails) => void;
}

interface Options {
  practitionerId: string;
  patientId: string;
  onBooked: (visit: Visit) => void;
  onSeries: (series: Series) => void;
}

/** Reserve a time when it is chosen, book it, and give it back when somebody leaves or chooses another. */
export function useBooking({ practitionerId, patientId, onBooked, onSeries }: Options): Booking {
  const [flow, dispatch] = useReducer(next, START);
  const queryClient = useQueryClient();
  const [holding, booking] = [useIntent(), useIntent()];
  const held = useRef<Hold>(undefined);
  const gone = useRef(false);

  const giveBack = async () => {
    const hold = held.current;
    held.current = undefined;
    if (hold) await release(hold);
  };

  useEffect(() => {
    gone.current = false;
    const leave = () => void giveBack();
    // A page that comes back from the browser's cache has given its time back meanwhile.
    const back = ({ persisted }: PageTransitionEvent) => {
      if (persisted) dispatch({ type: "lapse" });
    };
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", back);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", back);
      gone.current = true;
      leave();
    };
  }, []);

  const reserve = async (slot: Chosen) => {
    const body = { practitioner_id: practitionerId, patient_id: patientId, start: slot.start };
    try {
      await giveBack();
      const hold = await answered(care.POST("/v1/holds", { body, params: { header: { "Idempotency-Key": holding.keyFor(body) } } }));
      holding.done();
      if (gone.current) return void release(hold);
      held.current = hold;
      dispatch({ type: "held", hold });
    } catch (error) {
      dispatch({ type: "refused", error });
      visitsChanged(queryClient);
    }
  };

  /** Send it; whoever asks again with the same contents gets what was booked, and nothing twice. */
  const send = async <T>(call: () => Promise<T>, done: (answer: T) => void) => {
    dispatch({ type: "confirm" });
    try {
      const answer = await call();
      booking.done();
      held.current = undefined;
      dispatch({ type: "booked" });
      visitsChanged(queryClient);
      done(answer);
    } catch (error) {
      dispatch({ type: "refused", error });
      visitsChanged(queryClient);
    }
  };

  const wanted = (start: string, { mode, reason }: Details) => ({
    practitioner_id: practitionerId,
    patient_id: patientId,
    start,
    mode,
    ...(reason.trim() ? { reason: reason.trim() } : {}),
  });

  return {
    flow,
    choose: (slot) => {
      if (!mayChoose(flow)) return;
      dispatch({ type: "choose", slot });
      void reserve(slot);
    },
    back: () => {
      if (flow.step !== "details") return;
      dispatch({ type: "back" });
      void giveBack().then(() => visitsChanged(queryClient));
    },
    lapse: () => dispatch({ type: "lapse" }),
    book: (details) => {
      if (flow.step !== "details" && flow.step !== "unsure") return;
      const body = { ...wanted(flow.slot.start, details), ...(flow.hold ? { hold_id: flow.hold.hold_id } : {}) };
      void send(() => answered(care.POST("/v1/appointments", { body, params: { header: { "Idempotency-Key": booking.keyFor(body) } } })), onBooked);
    },
    bookSeries: (details, series) => {
      if (flow.step !== "details" && flow.step !== "unsure") return;
      const body = { ...wanted(flow.slot.start, details), ...series };
      void send(async () => {
        // A series takes all of its times in one step, and ours would be in its own way.
        await giveBack();
        dispatch({ type: "give-back" });
        return answered(care.POST("/v1/appointment-series", { body, params: { header: { "Idempotency-Key": booking.keyFor(body) } } }));
      }, onSeries);
    },
  };
}

/** It ends by itself if this does not arrive. */
async function release({ hold_id }: Hold): Promise<void> {
  await answered(care.DELETE("/v1/holds/{hold_id}", { params: { path: { hold_id } }, keepalive: true })).catch(() => undefined);
}
