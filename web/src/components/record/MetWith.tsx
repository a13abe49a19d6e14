import { useTranslation } from "react-i18next";
import { PractitionerName } from "@/components/PractitionerName";

/** With whom somebody met; what comes from another house names nobody of ours. */
export function MetWith({ practitionerId }: { practitionerId: string | null }) {
  const { t } = useTranslation("record");
  return practitionerId === null ? (
    t("elsewhere")
  ) : (
    <>
      {t("with")} <PractitionerName practitionerId={practitionerId} />
    </>
  );
}
