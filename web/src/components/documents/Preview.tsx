import { Box, Button, Group, Image, Modal, Stack } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconExternalLink } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Document, documentsKey, linkTo } from "@/api/documents";
import { Query } from "@/components/Query";
import { previewOf } from "./types";

/** A document over the page; whoever closes it is back where they opened it. */
export function Preview({ document, opened, onClose }: { document: Document; opened: boolean; onClose: () => void }) {
  const { t: common } = useTranslation();
  const narrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  return (
    <Modal opened={opened} onClose={onClose} title={nameOf(document)} size="80rem" fullScreen={narrow} closeButtonProps={{ "aria-label": common("close") }}>
      <Content document={document} />
    </Modal>
  );
}

const nameOf = ({ title, file_name }: Document) => title ?? file_name;

/** What is in it. It comes from an origin of its own, whose files run nothing. */
function Content({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const link = useQuery({
    queryKey: [...documentsKey(document.patient_id), "link", document.document_id, document.version],
    queryFn: () => linkTo(document, "inline"),
    // Each look is one of its own, and its link does not last.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const name = nameOf(document);
  return (
    <Query query={link}>
      {({ url }) => (
        <Stack>
          {previewOf(document) === "image" ? (
            <Image src={url} alt={name} fit="contain" mah="75dvh" />
          ) : (
            <Box component="iframe" src={url} title={name} w="100%" h="75dvh" bd="none" referrerPolicy="no-referrer" bg="white" />
          )}
          <Group justify="flex-end">
            <Button component="a" href={url} target="_blank" rel="noreferrer" variant="default" size="xs" leftSection={<IconExternalLink size={16} stroke={1.5} />}>
              {t("open-tab")}
            </Button>
          </Group>
        </Stack>
      )}
    </Query>
  );
}
