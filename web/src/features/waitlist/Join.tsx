import { Text } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { problemOf } from "@/api/problems";
import { useActingFor } from "@/app/acting";
import { ForWhom } from "@/components/ForWhom";
import { LinkAnchor, LinkButton } from "@/components/links";
import { notifyDone } from "@/components/notify";
import { Page } from "@/components/Page";
import { PractitionerName } from "@/components/PractitionerName";
import { SpecialtySelect } from "@/components/SpecialtySelect";
import { type Form, WishForm } from "@/components/waitlist/WishForm";

/** Says what somebody waits for: a doctor who was found before, or anybody of a specialty. */
export function Join() {
  const { t } = useTranslation("waitlist");
  const { practitioner, specialty } = useSearch({ from: "/care/waitlist/join" });
  const navigate = useNavigate();
  const { patientId } = useActingFor();
  if (patientId === null) return null;
  const joined = () => {
    notifyDone(t("joined"));
    void navigate({ to: "/waitlist" });
  };
  return (
    <Page title={t("join")} description={t("join-text")} width="text">
      <WishForm
        key={patientId}
        patientId={patientId}
        target={{ practitioner_id: practitioner, specialty }}
        chooseTarget={(form) => (practitioner ? <With practitionerId={practitioner} /> : <Whichever form={form} />)}
        missing={t("missing.specialty")}
        submit={t("submit")}
        onJoined={joined}
        whenRefused={(error) =>
          problemOf(error, "already-waiting") && (
            <LinkButton to="/waitlist" size="xs" variant="default">
              {t("see-entry")}
            </LinkButton>
          )
        }
      >
        <ForWhom patientId={patientId} />
      </WishForm>
    </Page>
  );
}

function With({ practitionerId }: { practitionerId: string }) {
  const { t } = useTranslation("waitlist");
  return (
    <Text>
      {t("with")}{" "}
      <b>
        <PractitionerName practitionerId={practitionerId} />
      </b>
    </Text>
  );
}

function Whichever({ form }: { form: Form }) {
  const { t } = useTranslation("waitlist");
  return (
    <>
      <SpecialtySelect
        label={t("specialty")}
        required
        value={form.values.specialty}
        onChange={(specialty) => form.setFieldValue("specialty", specialty)}
        error={form.errors.specialty}
      />
      <Text size="sm" c="dimmed">
        {t("or-doctor")}{" "}
        <LinkAnchor to="/find" size="sm">
          {t("find")}
        </LinkAnchor>
      </Text>
    </>
  );
}
