import { Alert } from "@mantine/core";

/** Why the user pool refused; nothing while it has not. */
export function Refusal({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <Alert color="red" role="alert">
      {text}
    </Alert>
  );
}
