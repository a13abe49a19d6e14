import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { waitlistQuery } from "@/api/waitlist";
import { More } from "@/components/More";
import { notifyDone } from "@/components/notify";
import { PractitionerSelect } from "@/components/PractitionerSelect";
import { Query } from "@/components/Query";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { WaitEntry } from "@/components/waitlist/WaitEntry";
import { type Form, WishForm } from "@/components/waitlist/WishForm";

/** What a patient waits and has waited for; the desk puts them on the list, also urgently. */
export function Waits({ patientId }: { patientId: string }) {
  const { t } = useTranslation("desk");
  const waits = useInfiniteQuery(waitlistQuery(patientId));
  return (
    <Stack gap="xl">
      <Query query={waits} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Text c="dimmed">{t("join.none")}</Text>}>
        {({ pages }) => (
          <Stack>
            {pages
              .flatMap(({ items }) => items)
              .map((entry) => (
                <WaitEntry key={entry.waitlist_id} entry={entry} known />
              ))}
            <More query={waits} />
          </Stack>
        )}
      </Query>
      <WishForm
        patientId={patientId}
        chooseTarget={(form) => <Target form={form} />}
        missing={t("join.missing")}
        desk
        submit={t("join.submit")}
        onJoined={() => notifyDone(t("join.done"))}
      >
        <div>
          <Title order={2}>{t("join.title")}</Title>
          <Text size="sm" c="dimmed">
            {t("join.text")}
          </Text>
        </div>
      </WishForm>
    </Stack>
  );
}

/** One doctor, or anybody of a specialty. */
function Target({ form }: { form: Form }) {
  const { t } = useTranslation("desk");
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <PractitionerSelect
        label={t("practitioner")}
        placeholder={t("begin")}
        value={form.values.practitioner_id}
        onChange={(id) => form.setValues({ practitioner_id: id, ...(id ? { specialty: undefined } : {}) })}
      />
      <SpecialtySelect
        label={t("specialty")}
        placeholder={t("any")}
        clearable
        value={form.values.specialty}
        onChange={(code) => form.setValues({ specialty: code, ...(code ? { practitioner_id: undefined } : {}) })}
        error={form.errors.specialty}
      />
    </SimpleGrid>
  );
}
