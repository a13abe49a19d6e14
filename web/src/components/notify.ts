import { notifications } from "@mantine/notifications";
import i18next from "i18next";

/** Say that something is done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: "teal", closeButtonProps: { "aria-label": i18next.t("close") } });
}

/** Say that something failed; `useProblems().text` makes the sentence. */
export function notifyFailure(message: string): void {
  notifications.show({ message, color: "red", autoClose: 10_000, closeButtonProps: { "aria-label": i18next.t("close") } });
}
