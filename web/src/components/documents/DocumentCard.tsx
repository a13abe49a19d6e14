import { Badge, Box, Button, Card, Collapse, Group, Loader, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconEye, IconHistory } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { care } from "@/api/care";
import { type Document, documentsKey, documentVersionsQuery, isChecked, linkTo } from "@/api/documents";
import { answered } from "@/api/http";
import { useMe } from "@/api/me";
import { notifyDone } from "@/components/notify";
import { Query } from "@/components/Query";
import { ReasonForm } from "@/components/ReasonForm";
import { Failure } from "@/components/states";
import { When } from "@/components/When";
import { Preview } from "./Preview";
import { mayReplace, mayWithdraw } from "./rights";
import { previewOf, sizeOf } from "./types";
import { UploadForm } from "./UploadForm";

type Doing = "replace" | "withdraw";

/** A document: what it is, whether it can be opened, and what can be done with it. */
export function DocumentCard({ document }: { document: Document }) {
  const { t, i18n } = useTranslation("documents");
  const { t: roles } = useTranslation("roles");
  const me = useMe();
  const [doing, setDoing] = useState<Doing | null>(null);
  const [versions, { toggle }] = useDisclosure();
  const title = `document-${document.document_id}`;
  const done = () => setDoing(null);
  const replaced = useReplaced(document);
  const sent = () => {
    done();
    replaced.await();
  };
  return (
    <Card component="article" padding="md" aria-labelledby={title}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text fw={600} id={title} style={{ overflowWrap: "anywhere" }}>
            {document.title ?? document.file_name}
          </Text>
          <Status document={document} />
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {[t(`kind.${document.kind}`), document.title ? document.file_name : null, sizeOf(document.size, i18n.language), roles(document.author_role)].filter(Boolean).join(" · ")} · <When at={document.created_at} />
        </Text>
        {document.refusal && (
          <Text size="sm" c="red">
            {t(`refusal.${document.refusal}`)}
          </Text>
        )}
        {replaced.isAwaited && (
          <Text size="sm" role="status">
            {t("replacing")}
          </Text>
        )}
        <Group gap="xs">
          {document.status === "available" && <Open document={document} />}
          {document.version > 1 && (
            <Button size="compact-sm" variant="subtle" leftSection={<IconHistory size={16} stroke={1.5} />} aria-expanded={versions} onClick={toggle}>
              {t("versions")}
            </Button>
          )}
          {mayReplace(me, document) && (
            <Button size="compact-sm" variant="subtle" onClick={() => setDoing("replace")}>
              {t("replace")}
            </Button>
          )}
          {mayWithdraw(me, document) && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setDoing("withdraw")}>
              {t("withdraw.do")}
            </Button>
          )}
        </Group>
        <Collapse expanded={versions}>{versions && <Versions document={document} />}</Collapse>
        {doing === "replace" && <UploadForm patientId={document.patient_id} document={document} onDone={sent} onCancel={done} />}
        {doing === "withdraw" && <Withdraw document={document} onDone={done} />}
      </Stack>
    </Card>
  );
}

/** Follows a new version until it has been checked: only then is it the document's. */
function useReplaced({ patient_id, document_id }: Document): { isAwaited: boolean; await: () => void } {
  const queryClient = useQueryClient();
  const [sent, setSent] = useState(false);
  const versions = useQuery({ ...documentVersionsQuery(patient_id, document_id), enabled: sent });
  const checked = sent && !versions.isFetching && isChecked(versions.data);
  useEffect(() => {
    if (checked) void queryClient.invalidateQueries({ queryKey: [...documentsKey(patient_id), "list"] });
  }, [checked, queryClient, patient_id]);
  return { isAwaited: sent && !checked, await: () => setSent(true) };
}

const COLOURS: Record<Document["status"], string> = { uploading: "gray", checking: "blue", available: "teal", refused: "red", expired: "gray", "entered-in-error": "red" };

function Status({ document: { status } }: { document: Document }) {
  const { t } = useTranslation("documents");
  return (
    <Badge variant="light" color={COLOURS[status]} tt="none" leftSection={status === "checking" ? <Loader size={10} aria-hidden /> : undefined} aria-live="polite">
      {t(`status.${status}`)}
    </Badge>
  );
}

/** Looks at a version, or saves it. */
function Open({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const [shown, { open, close }] = useDisclosure();
  const save = useMutation({
    mutationFn: () => linkTo(document, "attachment"),
    onSuccess: ({ url }) => {
      // Another tab, which closes by itself: leaving this page would ask about what is not saved.
      window.open(url, "_blank", "noopener,noreferrer");
    },
  });
  return (
    <>
      {previewOf(document) && (
        <Button size="compact-sm" variant="light" leftSection={<IconEye size={16} stroke={1.5} />} onClick={open}>
          {t("preview")}
        </Button>
      )}
      <Button size="compact-sm" variant="light" leftSection={<IconDownload size={16} stroke={1.5} />} loading={save.isPending} onClick={() => save.mutate()}>
        {t("download")}
      </Button>
      <Failure error={save.error} />
      <Preview document={document} opened={shown} onClose={close} />
    </>
  );
}

function Versions({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const versions = useQuery(documentVersionsQuery(document.patient_id, document.document_id));
  return (
    <Box ps="md" style={{ borderInlineStart: "2px solid var(--mantine-color-default-border)" }}>
      <Query query={versions}>
        {(items) => (
          <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
            {items.map((version) => (
              <li key={version.version}>
                <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                  {t("version", { number: version.version })} · {version.file_name} · <When at={version.created_at} />
                </Text>
                {version.reason && <Text size="sm">{t("because", { reason: version.reason })}</Text>}
                <Group gap="xs">
                  <Status document={version} />
                  {version.status === "available" && <Open document={version} />}
                </Group>
              </li>
            ))}
          </Stack>
        )}
      </Query>
    </Box>
  );
}

function Withdraw({ document, onDone }: { document: Document; onDone: () => void }) {
  const { t } = useTranslation("documents");
  const { t: common } = useTranslation();
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (reason: string) => answered(care.POST("/v1/documents/{document_id}/withdraw", { params: { path: { document_id: document.document_id } }, body: { reason } })),
    onSuccess: () => {
      notifyDone(t("withdraw.done"));
      void queryClient.invalidateQueries({ queryKey: documentsKey(document.patient_id) });
      onDone();
    },
  });
  const back = (
    <Button variant="default" onClick={onDone}>
      {common("cancel")}
    </Button>
  );
  return (
    <ReasonForm label={t("withdraw.reason")} missing={t("withdraw.missing")} submit={t("withdraw.do")} danger busy={withdraw.isPending} onSubmit={(reason) => withdraw.mutate(reason)} back={back}>
      <Failure error={withdraw.error} />
    </ReasonForm>
  );
}
