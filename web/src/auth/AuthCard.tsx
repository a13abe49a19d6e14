import { Box, Card } from "@mantine/core";
import type { ReactNode } from "react";
import { Page } from "@/components/Page";

/** The frame of sign-in, registration and the like: one narrow card. */
export function AuthCard({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  return (
    <Box maw="27rem" mx="auto">
      <Page title={title} description={text} width="full">
        <Card>{children}</Card>
      </Page>
    </Box>
  );
}
