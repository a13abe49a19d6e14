import { Box, Container } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { Failure, Loading } from "@/components/states";

export function PageLoading() {
  return (
    <Container size="lg" py="xl">
      <Loading />
    </Container>
  );
}

/** A page that could not be shown; trying again loads it anew. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl">
      <Box component="main">
        <Failure error={error} retry={retry} />
      </Box>
    </Container>
  );
}
