import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { practitionerQuery } from "@/api/practitioners";

/** A practitioner by name. */
export function PractitionerName({ practitionerId }: { practitionerId: string }) {
  const { data } = useQuery(practitionerQuery(practitionerId));
  return data?.display_name ?? <Skeleton component="span" display="inline-block" w="8em" h="0.9em" />;
}
