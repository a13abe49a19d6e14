import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { workListQuery } from "@/api/workList";

/** How many visits must be moved. */
export default function Count() {
  const { t } = useTranslation("worklist");
  const { data } = useQuery(workListQuery);
  if (!data?.length) return null;
  return (
    <Badge color="orange" variant="light" aria-label={t("count", { count: data.length })}>
      {data.length}
    </Badge>
  );
}
