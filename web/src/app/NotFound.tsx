import { Container } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";
import { Empty } from "@/components/states";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Container component="main" id="main" size="sm" py="xl">
      <Page title={t("not-found")} width="text">
        <Empty title={t("not-found-text")} icon={IconMapOff} action={<LinkButton to="/">{t("to-start")}</LinkButton>} />
      </Page>
    </Container>
  );
}
