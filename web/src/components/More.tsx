import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** In place of "Show more". */
  label?: string;
}

/** The way on in a list that comes page by page; nothing at its end. */
export function More({ query, label }: Props) {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <Group justify="center">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {label ?? t("more")}
      </Button>
    </Group>
  );
}
