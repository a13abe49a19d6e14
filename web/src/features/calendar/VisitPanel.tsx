import { Card, CloseButton, Drawer, Group, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { VisitContent } from "@/components/visits/VisitPanel";
import classes from "./Calendar.module.css";

interface Props {
  appointmentId: string;
  /** Whether something is being entered that closing would lose. */
  onUnderWay: (underWay: boolean) => void;
  onClose: () => void;
}

/** A visit beside its calendar, and over it where there is no room. */
export function VisitPanel({ appointmentId, onUnderWay, onClose }: Props) {
  const { t } = useTranslation("calendar");
  const beside = useMediaQuery("(min-width: 75em)", true, { getInitialValueInEffect: false });
  const heading = useRef<HTMLParagraphElement>(null);

  useEffect(() => () => onUnderWay(false), [onUnderWay]);
  useEffect(() => {
    if (!beside) return undefined;
    const before = document.activeElement;
    heading.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, [beside]);

  const content = <VisitContent appointmentId={appointmentId} onView={(view) => onUnderWay(view !== "details")} onClose={onClose} />;
  if (!beside)
    return (
      <Drawer opened onClose={onClose} position="right" size="min(100%, 28rem)" title={t("visit")} closeButtonProps={{ "aria-label": t("close-visit") }}>
        {content}
      </Drawer>
    );
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) onClose();
  };
  return (
    <Card component="aside" className={classes.panel} aria-label={t("visit")} onKeyDown={onKeyDown}>
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <Text c="dimmed" ref={heading} tabIndex={-1} style={{ outline: "none" }}>
          {t("visit")}
        </Text>
        <CloseButton aria-label={t("close-visit")} onClick={onClose} />
      </Group>
      {content}
    </Card>
  );
}
