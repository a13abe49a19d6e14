import { Button, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconClockSearch, IconStethoscope } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { practitionerQuery } from "@/api/practitioners";
import type { Specialty } from "@/api/specialties";
import { openingsQuery } from "@/api/visits";
import { byDay } from "@/components/booking/days";
import { LinkButton } from "@/components/links";
import { More } from "@/components/More";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { addDays, dayOf, formatDate, formatTime, ownZone } from "@/components/time";
import { ZoneName } from "@/components/VisitTime";
import type { Search } from "./routes";
import classes from "./FirstFree.module.css";

type Opening = Schema<"SlotsOut">["slots"][number];

const SPANS = ["7", "14", "31"] as const;
const LONGEST = "31";

/** Whoever of a specialty is free first, by day; a time leads straight to its booking. */
export function FirstFree({ search }: { search: Search }) {
  const { t } = useTranslation("find");
  const [days, setDays] = useState<(typeof SPANS)[number]>("7");
  if (!search.specialty) return <Empty icon={IconStethoscope} title={t("choose-specialty")} text={t("choose-specialty-text")} />;
  return (
    <Stack>
      <SegmentedControl
        aria-label={t("when")}
        data={SPANS.map((value) => ({ value, label: t(`days.${value}`) }))}
        value={days}
        onChange={(value) => setDays(value)}
        fullWidth
        maw="36rem"
      />
      <Openings specialty={search.specialty} departmentId={search.department} days={Number(days)} onFurther={days === LONGEST ? undefined : () => setDays(LONGEST)} />
    </Stack>
  );
}

interface Props {
  specialty: Specialty;
  departmentId: string | undefined;
  days: number;
  onFurther: (() => void) | undefined;
}

function Openings({ specialty, departmentId, days, onFurther }: Props) {
  const { t, i18n } = useTranslation("find");
  const today = dayOf(new Date(), ownZone());
  const slots = useInfiniteQuery(openingsQuery(specialty, today, addDays(today, days - 1), departmentId));
  return (
    <Query
      query={slots}
      isEmpty={(found) => found.length === 0 && !slots.hasNextPage}
      empty={
        <Empty
          icon={IconClockSearch}
          title={t("nothing-free")}
          text={t("nothing-free-text")}
          action={
            <Group justify="center">
              {onFurther && <Button onClick={onFurther}>{t("further")}</Button>}
              <LinkButton to="/waitlist/join" search={{ specialty }} variant="default">
                {t("join-waitlist")}
              </LinkButton>
            </Group>
          }
        />
      }
    >
      {(found) => (
        <Stack gap="lg">
          <Text size="sm" c="dimmed" role="status">
            {t("first-slots")}
          </Text>
          {byDay(found, ({ start, time_zone: zone }) => dayOf(start, zone)).map(([day, openings]) => (
            <section key={day} aria-labelledby={`day-${day}`}>
              <Title order={2} size="h3" id={`day-${day}`} mb="xs">
                {formatDate(day, i18n.language, { weekday: "long", day: "numeric", month: "long" })}
              </Title>
              <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="xs">
                {openings.map((opening) => (
                  <OpeningButton key={`${opening.start} ${opening.practitioner_id}`} opening={opening} />
                ))}
              </SimpleGrid>
            </section>
          ))}
          <More query={slots} label={t("later")} />
        </Stack>
      )}
    </Query>
  );
}

function OpeningButton({ opening: { practitioner_id: practitionerId, start, time_zone: zone } }: { opening: Opening }) {
  const { i18n } = useTranslation();
  const { data } = useQuery(practitionerQuery(practitionerId));
  return (
    <LinkButton
      to="/book/$practitionerId"
      params={{ practitionerId }}
      search={{ start }}
      preload={false}
      variant="default"
      h="auto"
      py="sm"
      justify="flex-start"
      className={classes.opening ?? ""}
      aria-describedby={`day-${dayOf(start, zone)}`}
    >
      <Group gap="md" wrap="nowrap" component="span" miw={0}>
        <Text span fw={650} c="teal" fz="lg" style={{ fontVariantNumeric: "tabular-nums" }}>
          {formatTime(start, zone, i18n.language)}
        </Text>
        <span className={classes.who}>
          <Text span size="sm" fw={600} truncate>
            {data?.display_name ?? "…"}
          </Text>
          <Text span size="xs" c="dimmed" className={classes.place ?? ""}>
            {data?.department_name && (
              <Text span inherit truncate>
                {data.department_name}
              </Text>
            )}
            <span>
              <ZoneName zone={zone} at={start} />
            </span>
          </Text>
        </span>
      </Group>
    </LinkButton>
  );
}
