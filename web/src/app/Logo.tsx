import { Group, Text } from "@mantine/core";
import classes from "./Logo.module.css";

/** The mark and the name; `application` says which of the two one is in. */
export function Logo({ application }: { application?: string }) {
  return (
    <Group gap={8} wrap="nowrap" component="span">
      <svg className={classes.mark} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="9" />
        <path d="M13 7h6v6h6v6h-6v6h-6v-6H7v-6h6z" />
      </svg>
      <Text span fw={700} fz="lg" c="bright">
        Salus
      </Text>
      {application && (
        <Text span c="dimmed">
          {" "}
          {application}
        </Text>
      )}
    </Group>
  );
}
