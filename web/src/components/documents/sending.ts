import { complete, missingParts, type Parts, type Upload } from "@/api/documents";
import { ConnectionError } from "@/api/problems";

export interface Progress {
  phase: "reading" | "sending";
  /** Bytes. */
  done: number;
  total: number;
}

type Hear = (progress: Progress) => void;

/** How often a part is sent before somebody is asked to go on, and the first pause between, which doubles. */
const TRIES = 4;
const PAUSE = 1000;

/** The SHA-256 of a file in hex, read piece by piece: it may be larger than memory. */
export async function fingerprint(file: Blob, hear: Hear, signal: AbortSignal): Promise<string> {
  const { sha256 } = await import("@noble/hashes/sha2.js");
  const { bytesToHex } = await import("@noble/hashes/utils.js");
  const hash = sha256.create();
  const reader = file.stream().getReader();
  for (let done = 0; ; ) {
    signal.throwIfAborted();
    const { value } = await reader.read();
    if (!value) return bytesToHex(hash.digest());
    hash.update(value);
    done += value.length;
    hear({ phase: "reading", done, total: file.size });
  }
}

/** Sends a file as it is wanted, as a whole or in parts, and says when it is there. */
export async function send(documentId: string, file: Blob, upload: Upload, hear: Hear, signal: AbortSignal): Promise<void> {
  if (upload.method === "POST") await sendForm(file, upload, hear, signal);
  else await sendParts(documentId, file, upload, hear, signal);
  await complete(documentId);
}

/** Goes on where a connection broke: only what has not arrived is sent. */
export async function resume(documentId: string, file: Blob, hear: Hear, signal: AbortSignal): Promise<void> {
  await sendParts(documentId, file, await missingParts(documentId), hear, signal);
  await complete(documentId);
}

async function sendForm(file: Blob, { url, fields }: Extract<Upload, { method: "POST" }>, hear: Hear, signal: AbortSignal): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // What stands behind the file is not read.
  form.append("file", file);
  await transfer("POST", url, form, (sent) => hear({ phase: "sending", done: Math.min(sent, file.size), total: file.size }), signal);
}

async function sendParts(documentId: string, file: Blob, { part_size: size, parts, arrived }: Parts, hear: Hear, signal: AbortSignal): Promise<void> {
  const piece = (number: number) => file.slice((number - 1) * size, number * size);
  let done = arrived.reduce((sum, number) => sum + piece(number).size, 0);
  for (const part of parts) {
    const body = piece(part.number);
    const tell = (sent: number) => hear({ phase: "sending", done: done + Math.min(sent, body.size), total: file.size });
    await patiently(async (attempt) => {
      // A link that failed may be too old.
      const fresh = attempt === 0 ? part : (await missingParts(documentId, [part.number])).parts[0];
      if (fresh) await transfer("PUT", fresh.url, body, tell, signal);
    }, signal);
    done += body.size;
  }
}

async function patiently(act: (attempt: number) => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await act(attempt);
      return;
    } catch (error) {
      if (signal.aborted || attempt + 1 >= TRIES) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE * 2 ** attempt));
  }
}

/** `fetch` tells nothing of what has been sent; this does. */
function transfer(method: "POST" | "PUT", url: string, body: FormData | Blob, hear: (sent: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal.addEventListener("abort", stop, { once: true });
    request.open(method, url);
    request.upload.onprogress = ({ loaded }) => hear(loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(new ConnectionError()));
    request.onerror = () => reject(new ConnectionError());
    request.onabort = () => reject(new DOMException("The upload was stopped", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", stop);
    request.send(body);
  });
}
