import { Button, Menu, Text } from "@mantine/core";
import { IconCheck, IconUsers } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { familyQuery, patientQuery } from "@/api/patients";

export interface Acting {
  /** The patient whom the pages are about: the caller, or who they act for. Null for staff. */
  patientId: string | null;
  isSelf: boolean;
  choose: (patientId: string) => void;
}

const Context = createContext<Acting>({ patientId: null, isSelf: true, choose: () => undefined });

const KEPT = "salus.care.acting";

/** A reload goes on for the same person; whoever signs in next in this tab begins with themselves. */
function kept(userId: string): string | undefined {
  const [user, patientId] = sessionStorage.getItem(KEPT)?.split(" ") ?? [];
  return user === userId ? patientId : undefined;
}

/** For whom the pages on finding, booking and visits are. */
export function useActingFor(): Acting {
  return use(Context);
}

export function ActingForProvider({ children }: { children: ReactNode }) {
  const me = useMe();
  const [chosen, setChosen] = useState(() => kept(me.user_id));
  const patientId = chosen ?? me.patient_id;
  const choose = (id: string) => {
    sessionStorage.setItem(KEPT, `${me.user_id} ${id}`);
    setChosen(id);
  };
  return <Context value={{ patientId, isSelf: patientId === me.patient_id, choose }}>{children}</Context>;
}

/** Lets a patient switch to a member of the family who lets them; nothing for everybody else. */
export function ActingFor() {
  const { t } = useTranslation();
  const me = useMe();
  const acting = useActingFor();
  const family = useQuery({ ...familyQuery(me.patient_id ?? ""), enabled: me.patient_id !== null && me.can("ReadFamily") });
  const ids = me.patient_id === null || !family.data?.acts_for.length ? [] : [me.patient_id, ...family.data.acts_for];
  const people = useQueries({ queries: ids.map((id) => patientQuery(id)) });
  if (ids.length === 0) return null;
  const name = (id: string) => people.find(({ data }) => data?.patient_id === id)?.data?.given_name ?? "…";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant={acting.isSelf ? "subtle" : "light"} color={acting.isSelf ? "gray" : "orange"} leftSection={<IconUsers size={18} stroke={1.5} />} size="sm" px="xs">
          {acting.isSelf ? t("acting.self") : t("acting.for", { name: name(acting.patientId ?? "") })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("acting.choose")}</Menu.Label>
        {ids.map((id) => (
          <Menu.Item key={id} onClick={() => acting.choose(id)} rightSection={id === acting.patientId && <IconCheck size={16} aria-label={t("chosen")} />}>
            {name(id)}
            {id === me.patient_id && (
              <Text span c="dimmed" size="sm">
                {" "}
                {t("acting.me")}
              </Text>
            )}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
