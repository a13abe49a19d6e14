import { ActionIcon, Group, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Days.module.css";

interface Span {
  start: string;
  end: string;
}

interface Props {
  span: Span;
  labels: { start: string; end: string; remove: string };
  /** What is wrong with it. */
  fault: string | undefined;
  /** What it means, where that does not go without saying. */
  note: string | undefined;
  onChange: (part: Partial<Span>) => void;
  onRemove: () => void;
  /** Choices before and after the times. */
  before?: ReactNode;
  after?: ReactNode;
}

/** A stretch of a day in a form. */
export function TimeSpan({ span, labels, fault, note, onChange, onRemove, before, after }: Props) {
  const time = (name: keyof Span) => (
    <TextInput
      type="time"
      classNames={{ input: classes.time ?? "" }}
      aria-label={labels[name]}
      step={300}
      w="8.25rem"
      value={span[name]}
      error={fault !== undefined}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  return (
    <div>
      <Group gap="xs">
        {before}
        {time("start")}
        <Text span c="dimmed" aria-hidden>
          –
        </Text>
        {time("end")}
        {after}
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={labels.remove} onClick={onRemove}>
          <IconTrash size={18} stroke={1.5} />
        </ActionIcon>
      </Group>
      {note && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
      {fault && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
    </div>
  );
}
