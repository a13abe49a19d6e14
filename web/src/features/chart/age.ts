import { addDays } from "@/components/time";

export interface Age {
  count: number;
  unit: "years" | "months" | "days";
}

/** How old somebody is, as clinicians say it: in years, in months before the second birthday, in days before the first month. */
export function ageOn(day: string, birthDate: string): Age {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const [birthYear = 0, birthMonth = 0, birthDay = 0] = birthDate.split("-").map(Number);
  const months = (year - birthYear) * 12 + month - birthMonth - (date < birthDay ? 1 : 0);
  if (months >= 24) return { count: Math.floor(months / 12), unit: "years" };
  if (months >= 1) return { count: months, unit: "months" };
  let days = 0;
  while (addDays(birthDate, days) < day) days += 1;
  return { count: days, unit: "days" };
}
