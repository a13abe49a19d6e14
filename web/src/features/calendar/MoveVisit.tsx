import { Alert, Box, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/api/problems";
import { availabilityQuery, type Visit } from "@/api/visits";
import { SlotPicker } from "@/components/SlotPicker";
import { addDays, dayOf, formatDay, formatTime } from "@/components/time";
import { VisitTime } from "@/components/VisitTime";
import type { useMove } from "./changes";

interface Props {
  visit: Visit;
  change: ReturnType<typeof useMove>;
  onDirty: (dirty: boolean) => void;
  onBack: () => void;
}

interface Time {
  start: string;
  end: string;
}

/** Another time for a visit with the same practitioner; until it has that, it keeps the one it has. */
export function MoveVisit({ visit, change, onDirty, onBack }: Props) {
  const { t, i18n } = useTranslation("calendar");
  const heading = useRef<HTMLHeadingElement>(null);
  const today = dayOf(new Date(), visit.time_zone);
  const [from, setFrom] = useState(() => {
    const day = dayOf(visit.start, visit.time_zone);
    return day < today ? today : day;
  });
  const [chosen, setChosen] = useState<Time>();
  const free = useQuery(availabilityQuery(visit.practitioner_id, from, addDays(from, 6)));
  const taken = problemOf(change.error, "slot-taken");
  useEffect(() => heading.current?.focus(), []);

  const choose = (time: Time) => {
    change.reset();
    setChosen({ start: time.start, end: time.end });
    onDirty(true);
  };
  return (
    <Stack gap="sm">
      <Title order={3} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
        {t("move.title")}
      </Title>
      {taken && taken.alternatives.length > 0 && (
        <Alert color="orange" icon={<IconAlertTriangle />} title={t("move.alternatives")}>
          <Group gap="xs">
            {taken.alternatives.map((time) => (
              <Button key={time.start} size="xs" variant="default" onClick={() => choose(time)}>
                {formatDay(time.start, visit.time_zone, i18n.language)}, {formatTime(time.start, visit.time_zone, i18n.language)}
              </Button>
            ))}
          </Group>
        </Alert>
      )}
      <SlotPicker
        slots={free.isError ? [] : free.data?.slots}
        zone={visit.time_zone}
        from={from}
        onFrom={setFrom}
        earliest={today}
        selected={chosen?.start}
        onSelect={choose}
        busy={change.isPending}
      />
      {chosen && (
        <Box aria-live="polite">
          <Text size="sm" c="dimmed">
            {t("move.to")}
          </Text>
          <VisitTime start={chosen.start} end={chosen.end} zone={visit.time_zone} />
        </Box>
      )}
      <Group gap="xs">
        <Button disabled={!chosen} loading={change.isPending} onClick={() => chosen && change.mutate({ visit, wish: chosen.start })}>
          {t("move.confirm")}
        </Button>
        <Button variant="default" onClick={onBack}>
          {t("back")}
        </Button>
      </Group>
    </Stack>
  );
}
