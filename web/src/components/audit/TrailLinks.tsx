import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/trail";
import { LinkButton } from "@/components/links";

const PAGES = {
  care: { events: "/audit", seals: "/audit/seals", export: "/audit/export" },
  research: { events: "/research/audit", seals: "/research/audit/seals", export: "/research/audit/export" },
} as const;

const NEEDS = { events: "ReadTrail", seals: "ReadSeals", export: "ExportTrail" } as const;

interface Props {
  app: App;
  permissions: readonly string[];
}

/** The ways between the pages of a trail, as far as the reader may go them. */
export function TrailLinks({ app, permissions }: Props) {
  const { t } = useTranslation("audit");
  const may = (action: string) => permissions.includes(action);
  return (
    <Group component="nav" gap="xs" aria-label={t("pages")}>
      {(["events", "seals", "export"] as const)
        .filter((page) => may(NEEDS[page]))
        .map((page) => (
          <LinkButton key={page} to={PAGES[app][page]} variant="default" size="xs" activeProps={{ variant: "light", "aria-current": "page" }} activeOptions={{ exact: true, includeSearch: false }}>
            {t(`page.${page}`)}
          </LinkButton>
        ))}
      {app === "care" && may("ListEmergencyAccess") && (
        <LinkButton to="/emergency/reviews" variant="default" size="xs">
          {t("page.reviews")}
        </LinkButton>
      )}
    </Group>
  );
}
