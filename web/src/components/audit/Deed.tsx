import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { practitionerQuery } from "@/api/practitioners";
import type access from "@/locales/en/access.json";
import type deeds from "@/locales/en/deeds.json";
import type roleNames from "@/locales/en/roles.json";

/** A record of the trail, as far as a sentence needs it. */
export interface DeedRecord {
  action: string;
  roles: string[];
  practitioner_id: string | null;
  because: string | null;
  outcome: string;
  /** A user id, or the name of what works by itself; patients are not told it. */
  actor?: string;
  own?: boolean;
}

/** Who did what and why they might, as a sentence, `times` in a row; what was refused and what was done in an emergency stands out. */
export function Deed({ record, times = 1 }: { record: DeedRecord; times?: number }) {
  const { t } = useTranslation("deeds");
  const { t: matrix } = useTranslation("access");
  const who = useWho(record);
  const refused = record.outcome === "denied";
  const deed = t(`done.${record.action as keyof (typeof deeds)["done"]}`, { defaultValue: "" });
  const action = matrix(`actions.${record.action as keyof (typeof access)["actions"]}`, { defaultValue: record.action });
  const sentence = refused ? t("refused", { who, action }) : deed ? t("sentence", { who, deed }) : t("other", { who, action });
  const reason = record.because && !refused ? t(`because.${record.because as keyof (typeof deeds)["because"]}`, { defaultValue: "" }) : "";
  return (
    <Group gap="xs">
      <Text span>
        {sentence}
        {reason && (
          <Text span c="dimmed">
            , {t("why", { reason })}
          </Text>
        )}
        {times > 1 && (
          <Text span c="dimmed">
            {" "}
            ({t("times", { count: times })})
          </Text>
        )}
      </Text>
      {record.because === "emergency" && (
        <Badge variant="light" color="orange" tt="none">
          {t("emergency")}
        </Badge>
      )}
      {refused && (
        <Badge variant="light" color="red" tt="none">
          {t("was-refused")}
        </Badge>
      )}
    </Group>
  );
}

const USER = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** Practitioners by name, others by what they are. What a domain tells of itself names no roles: it was somebody, unless it was the house. */
function useWho({ own = false, practitioner_id: id, roles, actor }: DeedRecord): string {
  const { t } = useTranslation("deeds");
  const { t: role } = useTranslation("roles");
  const practitioner = useQuery({ ...practitionerQuery(id ?? ""), enabled: !own && id !== null });
  if (own) return t("you");
  if (id !== null) return practitioner.data?.display_name ?? (practitioner.isError ? t("somebody") : "…");
  if (roles.length > 0) return roles.map((name) => role(name as keyof typeof roleNames, { defaultValue: name })).join(", ");
  return actor === undefined || USER.test(actor) ? t("somebody") : t("system");
}
