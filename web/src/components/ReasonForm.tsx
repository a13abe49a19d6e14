import { Button, Group, Stack, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface Props {
  label: string;
  /** What is said when there is no reason. */
  missing: string;
  submit: string;
  danger?: boolean;
  busy: boolean;
  onSubmit: (reason: string) => void;
  /** Reasons that one click enters. */
  usual?: readonly string[];
  /** Beside the button that submits. */
  back?: ReactNode;
  /** Between the reason and the buttons. */
  children?: ReactNode;
}

/** Something that is done for a reason, in the words of whoever does it. */
export function ReasonForm({ label, missing, submit, danger = false, busy, onSubmit, usual = [], back, children }: Props) {
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const given = reason.trim();
  const send = () => {
    setAsked(true);
    if (given) onSubmit(given);
  };
  return (
    <Stack>
      {usual.length > 0 && (
        <Group gap="xs">
          {usual.map((words) => (
            <Button key={words} size="compact-sm" variant="light" onClick={() => setReason(words)}>
              {words}
            </Button>
          ))}
        </Group>
      )}
      <Textarea
        label={label}
        required
        maxLength={300}
        autosize
        minRows={2}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={asked && !given ? missing : null}
        data-autofocus
      />
      {children}
      <Group justify="flex-end">
        {back}
        <Button {...(danger ? { color: "red" } : {})} loading={busy} onClick={send}>
          {submit}
        </Button>
      </Group>
    </Stack>
  );
}
