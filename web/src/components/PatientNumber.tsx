import { Button, Card, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";

interface Props {
  label: string;
  hint: string;
  /** What is said of anything that is no patient's number. */
  missing: string;
  submit: string;
  onNumber: (patientId: string) => void;
  /** Another way to a patient, beside the button. */
  children?: ReactNode;
}

/** A patient by number, for those who need not know names. */
export function PatientNumber({ label, hint, missing, submit, onNumber, children }: Props) {
  const form = useForm({
    initialValues: { number: "" },
    validate: { number: (value) => (/^pat_[0-9a-f]{32}$/.test(value.trim()) ? null : missing) },
  });
  return (
    <Card component="section">
      <form onSubmit={form.onSubmit(({ number }) => onNumber(number.trim()))} noValidate>
        <Stack>
          <TextInput label={label} description={hint} autoComplete="off" spellCheck={false} required {...form.getInputProps("number")} />
          <Group justify={children ? "space-between" : "flex-end"}>
            {children}
            <Button type="submit">{submit}</Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
