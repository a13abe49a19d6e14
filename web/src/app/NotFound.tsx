import { Container } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LinkButton } from "@/components/links";
import { Page } from "@/components/Page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Container component="main" id="main" size="sm" py={80}>
      <Page title={t("not-found")} description={t("not-found-text")} width="text">
        <div>
          <LinkButton to="/">{t("to-start")}</LinkButton>
        </div>
      </Page>
    </Container>
  );
}
