import { ActionIcon, Menu } from "@mantine/core";
import { IconLogout, IconSettings, IconUserCircle } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queryClient } from "@/api/query";
import type { Session } from "@/auth/session";

interface Props {
  session: Session;
  accountPage: "/account" | "/research/account";
  signedOutPage: "/login" | "/research/login";
}

export function AccountMenu({ session, accountPage, signedOutPage }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const leave = async () => {
    await session.end();
    queryClient.clear();
    await navigate({ to: signedOutPage });
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("account")}>
          <IconUserCircle size={24} stroke={1.5} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label style={{ overflowWrap: "anywhere" }}>{session.email}</Menu.Label>
        <Menu.Item component={Link} to={accountPage} leftSection={<IconSettings size={18} stroke={1.5} />}>
          {t("account")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={18} stroke={1.5} />} onClick={() => void leave()}>
          {t("sign-out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
