import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { useMe } from "@/api/me";
import { PractitionerName } from "@/components/PractitionerName";

/** Who wrote something. Doctors stand in the directory; of a nurse there is the account alone. */
export function Author({ author }: { author: Schema<"AuthorOut"> }) {
  const { t } = useTranslation("record");
  const me = useMe();
  if (author.user_id === me.user_id) return t("you");
  return author.practitioner_id === null ? t("nurse") : <PractitionerName practitionerId={author.practitioner_id} />;
}
