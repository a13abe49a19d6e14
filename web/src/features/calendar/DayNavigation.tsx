import { ActionIcon, Button, Group, Popover, Text } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import { IconCalendar, IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addDays, formatDate } from "@/components/time";

interface Props {
  day: string;
  /** The days shown: one, or a week. */
  from: string;
  to: string;
  today: string;
  onDay: (day: string | undefined) => void;
}

/** Back, on, today, and any day. */
export function DayNavigation({ day, from, to, today, onDay }: Props) {
  const { t, i18n } = useTranslation("calendar");
  const [picking, setPicking] = useState(false);
  const week = from !== to;
  const step = week ? 7 : 1;
  const title = week
    ? `${formatDate(from, i18n.language, { day: "numeric", month: "short" })} – ${formatDate(to, i18n.language, { day: "numeric", month: "short", year: "numeric" })}`
    : formatDate(day, i18n.language, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return (
    <Group gap="xs">
      <Button variant="default" px="sm" onClick={() => onDay(undefined)} disabled={from <= today && today <= to && day === today}>
        {t("today")}
      </Button>
      <Group gap={4} wrap="nowrap">
        <ActionIcon variant="default" size="lg" aria-label={week ? t("week-before") : t("day-before")} onClick={() => onDay(addDays(day, -step))}>
          <IconChevronLeft size={18} />
        </ActionIcon>
        <ActionIcon variant="default" size="lg" aria-label={week ? t("week-after") : t("day-after")} onClick={() => onDay(addDays(day, step))}>
          <IconChevronRight size={18} />
        </ActionIcon>
      </Group>
      <Popover opened={picking} onChange={setPicking} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <Button variant="subtle" color="gray" c="bright" px="xs" leftSection={<IconCalendar size={18} stroke={1.5} />} onClick={() => setPicking(!picking)} aria-label={t("pick-day", { shown: title })}>
            <Text fw={600} aria-live="polite">
              {title}
            </Text>
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <DatePicker
            value={day}
            defaultDate={day}
            onChange={(picked) => {
              if (picked) onDay(picked);
              setPicking(false);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}
