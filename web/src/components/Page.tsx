import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "@tanstack/react-router";

interface Props {
  title: string;
  description?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** The widest that reading is comfortable; tables and calendars want "full". */
  width?: "text" | "wide" | "full";
  children: ReactNode;
}

const WIDTHS = { text: "42rem", wide: "66rem", full: "100%" } as const;

// The first page is read from its beginning; only when one page follows another must the focus be moved.
let visited: string | undefined;

/** A page: its one h1, which takes the focus when somebody navigates here, and the window's title. */
export function Page({ title, description, actions, width = "wide", children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();

  useEffect(() => {
    if (visited !== undefined && visited !== pathname) heading.current?.focus({ preventScroll: true });
    visited = pathname;
  }, [pathname]);

  return (
    <Box maw={WIDTHS[width]} mx="auto" w="100%">
      <title>{`${title} · Salus`}</title>
      <Stack gap="lg">
        <Group justify="space-between" align="flex-end" gap="sm">
          <Box>
            <Title order={1} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
              {title}
            </Title>
            {description && (
              <Text c="dimmed" mt={4}>
                {description}
              </Text>
            )}
          </Box>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Box>
  );
}
