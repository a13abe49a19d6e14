import type { Document, File as Described } from "@/api/documents";

type ContentType = Described["content_type"];

/** The types that are taken, by the endings of their names: browsers do not know them all. */
const ENDINGS: Record<string, ContentType> = {
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  tif: "image/tiff",
  tiff: "image/tiff",
  dcm: "application/dicom",
  txt: "text/plain",
  xml: "application/xml",
  json: "application/json",
};

export const ACCEPTED = Object.keys(ENDINGS)
  .map((ending) => `.${ending}`)
  .join(",");

/** The most that one file may have. */
export const MOST_BYTES = 5 * 1024 ** 3;

/** What a file is sent as; undefined: files of its type are not taken. */
export function contentTypeOf(fileName: string): ContentType | undefined {
  return ENDINGS[fileName.split(".").pop()?.toLowerCase() ?? ""];
}

/** How a browser can show a document; null: it can only be saved. */
export function previewOf({ content_type: type }: Pick<Document, "content_type">): "image" | "page" | null {
  if (type === "image/png" || type === "image/jpeg") return "image";
  return type === "application/pdf" || type === "text/plain" ? "page" : null;
}

/** "1.4 MB". */
export function sizeOf(bytes: number, language: string): string {
  const [unit, factor] = bytes >= 1e9 ? (["gigabyte", 1e9] as const) : bytes >= 1e6 ? (["megabyte", 1e6] as const) : (["kilobyte", 1e3] as const);
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / factor);
}
