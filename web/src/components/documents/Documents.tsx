import { Button, Card, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFiles, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { documentsQuery } from "@/api/documents";
import { useMe } from "@/api/me";
import { More } from "@/components/More";
import { Query } from "@/components/Query";
import { Empty } from "@/components/states";
import { DocumentCard } from "./DocumentCard";
import { UploadForm } from "./UploadForm";

/** A patient's documents, newest first, and the way to send another. */
export function Documents({ patientId }: { patientId: string }) {
  const { t } = useTranslation("documents");
  const me = useMe();
  const [adding, { open, close }] = useDisclosure();
  const documents = useInfiniteQuery(documentsQuery(patientId));
  return (
    <Stack>
      {me.can("AddDocument") &&
        (adding ? (
          <Card component="section" aria-label={t("add")}>
            <UploadForm patientId={patientId} onDone={close} onCancel={close} />
          </Card>
        ) : (
          <Group>
            <Button leftSection={<IconUpload size={18} stroke={1.5} />} onClick={open}>
              {t("add")}
            </Button>
          </Group>
        ))}
      <Query query={documents} isEmpty={({ pages }) => pages.every(({ items }) => items.length === 0)} empty={<Empty icon={IconFiles} title={t("none")} />}>
        {({ pages }) => (
          <Stack gap="sm">
            {pages
              .flatMap(({ items }) => items)
              .map((document) => (
                <DocumentCard key={document.document_id} document={document} />
              ))}
          </Stack>
        )}
      </Query>
      <More query={documents} />
    </Stack>
  );
}
