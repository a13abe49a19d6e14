import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { specialtiesQuery } from "@/api/practitioners";
import { type Specialty, useSpecialtyNames } from "@/api/specialties";

interface Props extends Omit<SelectProps, "data" | "value" | "onChange"> {
  value: Specialty | undefined;
  onChange: (specialty: Specialty | undefined) => void;
}

/** One of the specialties, found by typing. */
export function SpecialtySelect({ value, onChange, ...props }: Props) {
  const { i18n } = useTranslation();
  const name = useSpecialtyNames();
  const { data } = useQuery(specialtiesQuery);
  const choices = (data?.items ?? [])
    .map(({ code }) => ({ value: code, label: name(code) }))
    .sort((one, other) => one.label.localeCompare(other.label, i18n.language));
  return <Select data={choices} value={value ?? null} onChange={(code) => onChange((code ?? undefined) as Specialty | undefined)} searchable {...props} />;
}
