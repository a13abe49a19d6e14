import { queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";
import { problemOf } from "./problems";

export type Schedule = Schema<"ScheduleOut">;
export type Plan = Schema<"PlanOut">;

/** A practitioner's weeks and leave as they hold now and later; null where no schedule was ever set. */
export const scheduleQuery = (practitionerId: string) =>
  queryOptions({
    queryKey: ["schedules", practitionerId],
    queryFn: async ({ signal }): Promise<Schedule | null> => {
      try {
        return await answered(care.GET("/v1/practitioners/{practitioner_id}/schedule", { params: { path: { practitioner_id: practitionerId } }, signal }));
      } catch (error) {
        if (problemOf(error, "not-found")) return null;
        throw error;
      }
    },
  });

/** The version of the week that holds on a local day: the latest that covers it. */
export function planOn(schedule: Schedule, day: string): Plan | undefined {
  const covering = schedule.plans.filter(({ valid_from: from, valid_to: to }) => from <= day && (!to || day <= to));
  return covering.reduce<Plan | undefined>((latest, plan) => (latest && latest.version > plan.version ? latest : plan), undefined);
}

/** The zone in which a practitioner's days are counted: that of the plan that holds, else of the latest. */
export function zoneOn(schedule: Schedule, day: string): string | undefined {
  return (planOn(schedule, day) ?? schedule.plans.at(-1))?.time_zone;
}
