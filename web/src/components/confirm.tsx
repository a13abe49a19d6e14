import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import i18next from "i18next";

interface Question {
  title: string;
  text: string;
  /** What the button says: the deed itself, never "OK". */
  confirm: string;
  danger?: boolean;
}

/** Ask before something that cannot be taken back; true if the person means it. */
export function confirm({ title, text, confirm: label, danger = false }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: <Text size="sm">{text}</Text>,
      labels: { confirm: label, cancel: i18next.t("cancel") },
      confirmProps: danger ? { color: "red" } : {},
      closeButtonProps: { "aria-label": i18next.t("close") },
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    });
  });
}
