import { Container } from "@mantine/core";
import { Outlet, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect } from "react";
import { AccountMenu } from "@/app/AccountMenu";
import { IdleWatch } from "@/app/IdleWatch";
import { PageLoading } from "@/app/PageStates";
import { WorkingProviders } from "@/app/WorkingProviders";
import { sessions } from "@/auth/session";
import { Bar } from "./Bar";

export function Shell() {
  const router = useRouter();
  useEffect(() => sessions.research.subscribe(() => void router.invalidate()), [router]);
  return (
    <WorkingProviders>
      <Bar>
        <AccountMenu session={sessions.research} accountPage="/research/account" signedOutPage="/research/login" />
      </Bar>
      <Container component="main" id="main" size="lg" py="xl">
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </Container>
      <IdleWatch session={sessions.research} />
    </WorkingProviders>
  );
}
