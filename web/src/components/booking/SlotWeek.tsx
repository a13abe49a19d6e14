import { Button, Group } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { availabilityQuery, type FreeSlot } from "@/api/visits";
import { SlotPicker } from "@/components/SlotPicker";
import { Empty, Failure } from "@/components/states";
import { addDays, dayOf, ownZone } from "@/components/time";
import { firstWithin } from "./days";
import { weekQuery } from "./week";

interface Props {
  practitionerId: string;
  selected?: string | undefined;
  busy?: boolean;
  onSelect: (slot: FreeSlot) => void;
  /** Where the first week shown begins; today without it. */
  startAt?: string | undefined;
  /** What else to do when there is no free time at all. */
  whenFull?: ReactNode;
}

/** The API tells at most this many days at once. */
const AHEAD = 31;

/** The free times of a practitioner, week by week, kept up to date. */
export function SlotWeek({ practitionerId, selected, busy, onSelect, startAt, whenFull }: Props) {
  const { t } = useTranslation("booking");
  const [chosen, setChosen] = useState(startAt);
  const week = useQuery({ ...weekQuery(practitionerId, chosen), placeholderData: keepPreviousData });
  const zone = week.data?.time_zone ?? ownZone();
  const today = dayOf(new Date(), zone);
  const from = chosen === undefined || chosen < today ? today : chosen;
  const slots = week.isPlaceholderData ? undefined : week.data?.slots.filter(({ start }) => isWithin(dayOf(start, zone), from));
  const ahead = useQuery({ ...availabilityQuery(practitionerId, from, addDays(from, AHEAD - 1)), enabled: slots?.length === 0, refetchInterval: false });

  if (week.isError && !week.data) return <Failure error={week.error} retry={() => void week.refetch()} />;
  const coming = ahead.data && firstWithin(ahead.data.slots, zone);
  return (
    <SlotPicker
      slots={slots}
      zone={zone}
      from={from}
      onFrom={setChosen}
      earliest={today}
      selected={selected}
      busy={busy ?? false}
      onSelect={onSelect}
      empty={
        <Empty
          title={t("week-full")}
          text={coming ? t("week-full-later") : t("week-full-hint")}
          action={
            <Group justify="center">
              {(ahead.isLoading || coming) && (
                <Button loading={ahead.isLoading} onClick={() => setChosen(coming)}>
                  {t("next-free")}
                </Button>
              )}
              {whenFull}
            </Group>
          }
        />
      }
    />
  );
}

function isWithin(day: string, from: string): boolean {
  return from <= day && day < addDays(from, 7);
}
