import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { care, type Schema } from "./care";
import { answered } from "./http";

export type Document = Schema<"DocumentOut">;
export type Upload = NonNullable<Schema<"UploadOut">["upload"]>;
export type Parts = Schema<"PartsOut">;
export type File = Schema<"DocumentIn">;

export const DOCUMENT_KINDS = ["report", "letter", "image", "scan", "prescription", "consent", "other"] as const satisfies Document["kind"][];

/** Everything that shows a patient's documents. */
export const documentsKey = (patientId: string) => ["documents", patientId] as const;

/** How often it is asked whether a file has been checked. */
const SOON = 3000;

/** A patient's documents, newest first, each in its current version. */
export const documentsQuery = (patientId: string) =>
  infiniteQueryOptions({
    queryKey: [...documentsKey(patientId), "list"],
    queryFn: ({ signal, pageParam }) => {
      const params = { path: { patient_id: patientId }, query: { limit: 25, ...(pageParam ? { cursor: pageParam } : {}) } };
      return answered(care.GET("/v1/patients/{patient_id}/documents", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some(({ items }) => items.some(({ status }) => status === "checking")) ? SOON : false),
  });

/** Whether a version is still on its way to being opened. */
const isAwaited = ({ status }: Document) => status === "uploading" || status === "checking";

/** All versions of a document, the newest last; asked for again until that one has been checked. */
export const documentVersionsQuery = (patientId: string, documentId: string) =>
  queryOptions({
    queryKey: [...documentsKey(patientId), "versions", documentId],
    queryFn: async ({ signal }) => (await answered(care.GET("/v1/documents/{document_id}/versions", { params: { path: { document_id: documentId } }, signal }))).items,
    refetchInterval: ({ state }) => (state.data?.slice(-1).some(isAwaited) ? SOON : false),
  });

/** Whether the newest of a document's versions has been checked. */
export function isChecked(versions: readonly Document[] | undefined): boolean {
  return versions !== undefined && !versions.slice(-1).some(isAwaited);
}

/** A link to a document that holds for some minutes; that it was opened is in the trail. */
export function linkTo({ document_id, version }: Pick<Document, "document_id" | "version">, disposition: "inline" | "attachment"): Promise<Schema<"DocumentLinkOut">> {
  return answered(care.POST("/v1/documents/{document_id}/link", { params: { path: { document_id } }, body: { disposition, version } }));
}

/** Links for the parts of a file that have not arrived, and which have. */
export function missingParts(documentId: string, numbers: number[] = []): Promise<Parts> {
  return answered(care.POST("/v1/documents/{document_id}/parts", { params: { path: { document_id: documentId } }, body: { numbers } }));
}

/** Says that a file has been sent; from now on it is checked. */
export function complete(documentId: string): Promise<Document> {
  return answered(care.POST("/v1/documents/{document_id}/complete", { params: { path: { document_id: documentId } } }));
}
