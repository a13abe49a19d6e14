import { Card, CloseButton, Drawer, Group, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/me";
import { type Visit, visitQuery } from "@/api/visits";
import { PersonName } from "@/components/PersonName";
import { Query } from "@/components/Query";
import classes from "./Calendar.module.css";
import { VisitDetails } from "./VisitDetails";
import { KEPT_FRESH } from "./visits";

interface Props {
  appointmentId: string;
  /** The visit as the calendar has it: shown until it is read, and to those who may only list visits. */
  listed: Visit | undefined;
  onDirty: (dirty: boolean) => void;
  /** Read the calendar anew. */
  onReload: () => Promise<unknown>;
  onClose: () => void;
}

/** A visit beside its calendar, and over it where there is no room. */
export function VisitPanel({ appointmentId, listed, onDirty, onReload, onClose }: Props) {
  const { t } = useTranslation("calendar");
  const me = useMe();
  const beside = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const found = useQuery({ ...visitQuery(appointmentId), enabled: me.can("ReadAppointment"), placeholderData: listed, ...KEPT_FRESH });
  const heading = useRef<HTMLHeadingElement>(null);
  const patientId = (found.data ?? listed)?.patient_id;

  useEffect(() => () => onDirty(false), [onDirty]);
  useEffect(() => {
    if (!beside) return undefined;
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [beside]);

  const content = me.can("ReadAppointment") ? (
    <Query query={found}>{(visit) => <VisitDetails visit={visit} onDirty={onDirty} reload={found.refetch} />}</Query>
  ) : (
    listed && <VisitDetails visit={listed} onDirty={onDirty} reload={onReload} />
  );
  const title = patientId ? <PersonName patientId={patientId} birthDate /> : t("visit");

  if (!beside)
    return (
      <Drawer opened onClose={onClose} position="right" size="min(100%, 28rem)" title={title} closeButtonProps={{ "aria-label": t("close-visit") }} styles={{ title: { fontWeight: 650, fontSize: "1.25rem" } }}>
        {content}
      </Drawer>
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
  };
  return (
    <Card component="aside" className={classes.panel} aria-label={t("visit")} onKeyDown={onKeyDown}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="sm">
        <Title order={2} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
          {title}
        </Title>
        <CloseButton aria-label={t("close-visit")} onClick={onClose} />
      </Group>
      {content}
    </Card>
  );
}
