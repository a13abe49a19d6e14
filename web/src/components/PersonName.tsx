import { Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { usePatientName } from "@/api/names";
import { formatDate } from "./time";

interface Props {
  patientId: string;
  /** With the date of birth, where two people may share a name. */
  birthDate?: boolean;
}

/** A patient by name; those whose name the reader may not know are "a patient". */
export function PersonName({ patientId, birthDate = false }: Props) {
  const { t, i18n } = useTranslation();
  const { data, isLoading } = usePatientName(patientId);
  if (isLoading) return <Skeleton component="span" display="inline-block" w="9em" h="0.9em" />;
  if (!data)
    return (
      <Text span inherit c="dimmed">
        {t("a-patient")}
      </Text>
    );
  return (
    <>
      {data.display_name}
      {birthDate && (
        <Text span c="dimmed" size="sm">
          {" "}
          {t("born", { date: formatDate(data.birth_date, i18n.language, { dateStyle: "medium" }) })}
        </Text>
      )}
    </>
  );
}
