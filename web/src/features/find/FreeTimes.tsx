import { Group, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { availabilityQuery } from "@/api/visits";
import { LinkAnchor, LinkButton } from "@/components/links";
import { addDays, dayOf, formatDay, formatTime, ownZone } from "@/components/time";
import { ZoneName } from "@/components/VisitTime";

/** So many times are shown, from so many days. */
const SHOWN = 4;
const DAYS = 14;

/** The next free times of a practitioner; asked for once they come into sight, because lists are long. */
export function FreeTimes({ practitionerId, name }: { practitionerId: string; name: string }) {
  const { t, i18n } = useTranslation("find");
  const { ref, entry } = useIntersection({ rootMargin: "200px" });
  const today = dayOf(new Date(), ownZone());
  const free = useQuery({ ...availabilityQuery(practitionerId, today, addDays(today, DAYS - 1)), enabled: entry?.isIntersecting === true, refetchInterval: false });
  const zone = free.data?.time_zone ?? ownZone();
  const slots = free.data?.slots.slice(0, SHOWN) ?? [];
  return (
    <div ref={ref}>
      {free.isPending && <Skeleton height={36} />}
      {free.isError && (
        <Text size="sm" c="dimmed">
          {t("no-times-known")}
        </Text>
      )}
      {free.data && slots.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("none-soon")}
        </Text>
      )}
      {slots.length > 0 && (
        <>
          <Text size="sm" c="dimmed" mb={6}>
            {t("next-times")} · <ZoneName zone={zone} at={slots[0]?.start ?? ""} />
          </Text>
          <SimpleGrid cols={{ base: 2, xs: 4, lg: 2 }} spacing="xs" verticalSpacing="xs">
            {slots.map(({ start }) => (
              <LinkButton
                key={start}
                to="/book/$practitionerId"
                params={{ practitionerId }}
                search={{ start }}
                variant="light"
                size="sm"
                px={4}
                preload={false}
                aria-label={t("book-at", { name, day: formatDay(start, zone, i18n.language), time: formatTime(start, zone, i18n.language) })}
              >
                {formatDay(start, zone, i18n.language)}, {formatTime(start, zone, i18n.language)}
              </LinkButton>
            ))}
          </SimpleGrid>
        </>
      )}
      <Group mt="sm" gap="md">
        <LinkAnchor to="/book/$practitionerId" params={{ practitionerId }} size="sm" aria-label={t("all-times-of", { name })}>
          {t("all-times")}
        </LinkAnchor>
      </Group>
    </div>
  );
}
