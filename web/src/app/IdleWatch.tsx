import { Button, Group, Modal, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { queryClient } from "@/api/query";
import { IDLE_LIMIT, IDLE_WARNING, type Session } from "@/auth/session";
import { Countdown } from "@/components/Countdown";

/** How often being there is noted; a note goes to every tab. */
const NOTE_EVERY = 10_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Signs out when nobody is there any more, and asks a minute before. Being active in one tab counts for all. */
export function IdleWatch({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [endsAt, setEndsAt] = useState<string>();

  useEffect(() => {
    const note = () => {
      // Within the last minute only the question's own answer counts.
      const idle = Date.now() - session.lastActive;
      if (idle > NOTE_EVERY && idle < IDLE_LIMIT - IDLE_WARNING) session.touch();
    };
    const check = () => {
      const idle = Date.now() - session.lastActive;
      if (idle >= IDLE_LIMIT) {
        queryClient.clear();
        void session.end();
      } else setEndsAt(idle >= IDLE_LIMIT - IDLE_WARNING ? new Date(session.lastActive + IDLE_LIMIT).toISOString() : undefined);
    };
    const timer = setInterval(check, 1000);
    document.addEventListener("visibilitychange", check);
    for (const sign of SIGNS) window.addEventListener(sign, note, { passive: true });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", check);
      for (const sign of SIGNS) window.removeEventListener(sign, note);
    };
  }, [session]);

  const stay = () => {
    session.touch();
    setEndsAt(undefined);
  };
  return (
    <Modal opened={endsAt !== undefined} onClose={stay} title={t("idle.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Text>
        {t("idle.text")} {endsAt && <Countdown until={endsAt} />}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={stay} data-autofocus>
          {t("idle.stay")}
        </Button>
      </Group>
    </Modal>
  );
}
