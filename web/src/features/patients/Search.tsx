import { Badge, Box, Chip, Group, Loader, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserPlus, IconUserSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/care";
import { useMe } from "@/api/me";
import { problemOf } from "@/api/problems";
import { LinkButton } from "@/components/links";
import { More } from "@/components/More";
import { Page } from "@/components/Page";
import { focusFirstRow, RowLink, Rows } from "@/components/Rows";
import { Empty, Failure, Loading } from "@/components/states";
import { formatDate } from "@/components/time";
import { searchQuery, SHORTEST, useSearched } from "./search";

/** Finds a patient while somebody types; arrow keys and Enter are enough. */
export function Search() {
  const { t } = useTranslation("patients");
  const me = useMe();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const [text, setText] = useSearched();
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const [review, setReview] = useState(false);
  const search = useInfiniteQuery(searchQuery(wanted, review));
  const asked = review || wanted.length >= SHORTEST;
  const found = asked ? search.data?.pages.flatMap(({ items }) => items) : [];
  const settled = asked && wanted === text.trim() && !search.isFetching;
  const register = me.can("RegisterPatient") && (
    <LinkButton to="/patients/new" leftSection={<IconUserPlus size={18} stroke={1.5} />}>
      {t("register")}
    </LinkButton>
  );

  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      focusFirstRow(results.current);
    }
    const first = found?.[0];
    if (event.key === "Enter" && settled && first) void navigate({ to: "/patients/$patientId", params: { patientId: first.patient_id } });
  };

  return (
    <Page title={t("title")} actions={register}>
      <Stack gap="sm">
        <TextInput
          ref={field}
          size="md"
          label={t("search")}
          description={t("search-hint")}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={keys}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          // The desk comes here to search; nothing else on the page comes before it.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          leftSection={<IconSearch size={18} stroke={1.5} />}
          rightSection={asked && search.isFetching && <Loader size="xs" />}
        />
        <Group>
          <Chip checked={review} onChange={setReview} size="xs">
            {t("review")}
          </Chip>
        </Group>
      </Stack>
      <Box ref={results}>
        <Results
          found={found}
          // What names nothing that can be looked up is no failure.
          error={problemOf(search.error, "invalid") ? null : search.error}
          settled={settled}
          asked={asked}
          onRetry={() => void search.refetch()}
          onLeave={() => field.current?.focus()}
          register={register}
        />
        {asked && (
          <Box mt="md">
            <More query={search} />
          </Box>
        )}
      </Box>
    </Page>
  );
}

interface ResultsProps {
  found: Schema<"FoundPatient">[] | undefined;
  error: Error | null;
  settled: boolean;
  asked: boolean;
  onRetry: () => void;
  onLeave: () => void;
  register: React.ReactNode;
}

function Results({ found, error, settled, asked, onRetry, onLeave, register }: ResultsProps) {
  const { t, i18n } = useTranslation("patients");
  if (!asked) return <Empty icon={IconUserSearch} title={t("begin")} text={t("begin-hint")} />;
  if (error) return <Failure error={error} retry={onRetry} />;
  if (!found && !settled) return <Loading />;
  if (!found?.length) return settled ? <Empty icon={IconUserSearch} title={t("nobody")} text={t("nobody-hint")} action={register} /> : <Loading />;
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs" aria-live="polite">
        {settled && t("found", { count: found.length })}
      </Text>
      <Rows label={t("results")} onLeave={onLeave}>
        {found.map((patient) => (
          <li key={patient.patient_id}>
            <RowLink to="/patients/$patientId" params={{ patientId: patient.patient_id }}>
              <Group justify="space-between" gap="xs">
                <Box>
                  <Text fw={600}>
                    {patient.family_name}, {patient.given_name}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {t("born", { date: formatDate(patient.birth_date, i18n.language) })}
                  </Text>
                </Box>
                <Box ta={{ base: "start", xs: "end" }}>
                  <Text size="sm">{patient.phone}</Text>
                  <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                    {patient.email}
                  </Text>
                  {patient.possible_duplicate && (
                    <Badge variant="light" color="orange" tt="none" fw={500}>
                      {t("possible-duplicate")}
                    </Badge>
                  )}
                </Box>
              </Group>
            </RowLink>
          </li>
        ))}
      </Rows>
    </>
  );
}
