import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Schema } from "@/api/care";
import { documentsKey, type File as Described } from "@/api/documents";
import { fingerprint, type Progress, resume, send } from "./sending";
import { contentTypeOf } from "./types";

type FileFacts = Pick<Described, "file_name" | "content_type" | "size" | "sha256">;
/** Tells the API of a file that is about to come. */
export type Announce = (facts: FileFacts) => Promise<Schema<"UploadOut">>;

type State = { step: "idle" } | { step: "busy"; progress: Progress } | { step: "failed"; error: unknown };

/** Sends a file and says how far it is; where it broke off in parts, `start` goes on with what is missing. */
export function useSending(patientId: string, onDone: () => void) {
  const queryClient = useQueryClient();
  const [state, setState] = useState<State>({ step: "idle" });
  const stop = useRef<AbortController>(undefined);
  // What was announced before: a second try is of the same document.
  const begun = useRef<{ file: globalThis.File; documentId: string; inParts: boolean }>(undefined);

  useEffect(() => () => stop.current?.abort(), []);

  const start = async (file: globalThis.File, announce: Announce) => {
    const controller = new AbortController();
    stop.current = controller;
    const hear = (progress: Progress) => setState({ step: "busy", progress });
    hear({ phase: "reading", done: 0, total: file.size });
    try {
      if (begun.current?.file === file && begun.current.inParts) await resume(begun.current.documentId, file, hear, controller.signal);
      else {
        const sha256 = await fingerprint(file, hear, controller.signal);
        const content_type = contentTypeOf(file.name) ?? "application/pdf";
        const { document, upload } = await announce({ file_name: file.name, content_type, size: file.size, sha256 });
        begun.current = { file, documentId: document.document_id, inParts: upload?.method === "MULTIPART" };
        if (upload) await send(document.document_id, file, upload, hear, controller.signal);
      }
      begun.current = undefined;
      setState({ step: "idle" });
      void queryClient.invalidateQueries({ queryKey: documentsKey(patientId) });
      onDone();
    } catch (error) {
      setState(controller.signal.aborted ? { step: "idle" } : { step: "failed", error });
    }
  };
  return { state, start: (file: globalThis.File, announce: Announce) => void start(file, announce), cancel: () => stop.current?.abort() };
}
