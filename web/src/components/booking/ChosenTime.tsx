import { Card, Stack, Title } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { VisitTime } from "../VisitTime";
import type { Chosen } from "./flow";

interface Props {
  title: string;
  slot: Chosen;
  zone: string;
  /** What is decided about it. */
  children: ReactNode;
}

/** The time that was chosen, in place of those it was chosen from: it takes their focus. */
export function ChosenTime({ title, slot, zone, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "center" });
  }, []);

  return (
    <Card component="section" aria-labelledby={id} maw="42rem">
      <Stack>
        <Title order={2} id={id} ref={heading} tabIndex={-1} style={{ outline: "none" }}>
          {title}
        </Title>
        <div>
          <VisitTime start={slot.start} end={slot.end ?? slot.start} zone={zone} />
        </div>
        {children}
      </Stack>
    </Card>
  );
}
