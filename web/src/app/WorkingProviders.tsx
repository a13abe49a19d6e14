import "@mantine/dates/styles.css";
import "dayjs/locale/de";
import { DatesProvider } from "@mantine/dates";
import { ModalsProvider } from "@mantine/modals";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What pages need once somebody is signed in: dialogs, and dates in the reader's language. */
export function WorkingProviders({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <ModalsProvider>{children}</ModalsProvider>
    </DatesProvider>
  );
}
