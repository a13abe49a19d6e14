import { beforeEach, describe, expect, it, vi } from "vitest";
import { complete, missingParts, type Upload } from "@/api/documents";
import { mayReplace, mayWithdraw } from "@/components/documents/rights";
import { fingerprint, resume, send } from "@/components/documents/sending";
import { contentTypeOf, previewOf } from "@/components/documents/types";

vi.mock("@/api/documents", () => ({ complete: vi.fn(), missingParts: vi.fn() }));

/** Requests as the network would have seen them; those whose address says so break. */
const sent: { method: string; url: string; body: FormData | Blob }[] = [];

class Request {
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onloadend?: () => void;
  status = 200;
  private method = "";
  private url = "";
  open(method: string, url: string) {
    [this.method, this.url] = [method, url];
  }
  send(body: FormData | Blob) {
    sent.push({ method: this.method, url: this.url, body });
    this.upload.onprogress?.({ loaded: body instanceof Blob ? body.size : 0 });
    if (this.url.includes("broken")) this.onerror?.();
    else this.onload?.();
    this.onloadend?.();
  }
}

const { signal } = new AbortController();
const parts = (numbers: number[], arrived: number[] = [], host = "s3") => ({
  method: "MULTIPART" as const,
  part_size: 4,
  parts: numbers.map((number) => ({ number, url: `https://${host}/${number}` })),
  arrived,
  expires_at: "2026-11-21T12:00:00Z",
});

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.mocked(complete).mockReset();
  vi.mocked(missingParts).mockReset();
  sent.length = 0;
});

async function bodies(): Promise<string[]> {
  return Promise.all(sent.map(async ({ url, body }) => `${url} ${await (body as Blob).text()}`));
}

describe("sending a document", () => {
  it("reads its SHA-256 piece by piece", async () => {
    const heard = vi.fn();
    expect(await fingerprint(new Blob(["abc"]), heard, signal)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(heard).toHaveBeenLastCalledWith({ phase: "reading", done: 3, total: 3 });
  });

  it("puts the file behind the fields of the form", async () => {
    const upload: Upload = { method: "POST", url: "https://s3/bucket", fields: { key: "a", policy: "b" }, expires_at: "2026-11-21T12:00:00Z" };
    await send("doc_1", new Blob(["abc"]), upload, vi.fn(), signal);
    expect([...((sent[0]?.body as FormData).keys())]).toEqual(["key", "policy", "file"]);
    expect(complete).toHaveBeenCalledWith("doc_1");
  });

  it("cuts a large file into its parts", async () => {
    const heard = vi.fn();
    await send("doc_1", new Blob(["abcdefghij"]), parts([1, 2, 3]), heard, signal);
    expect(await bodies()).toEqual(["https://s3/1 abcd", "https://s3/2 efgh", "https://s3/3 ij"]);
    expect(heard).toHaveBeenLastCalledWith({ phase: "sending", done: 10, total: 10 });
  });

  it("goes on with what has not arrived", async () => {
    vi.mocked(missingParts).mockResolvedValue(parts([2], [1, 3]));
    await resume("doc_1", new Blob(["abcdefghij"]), vi.fn(), signal);
    expect(await bodies()).toEqual(["https://s3/2 efgh"]);
    expect(complete).toHaveBeenCalledOnce();
  });

  it("asks for a new link when one broke, and says nothing is there before all of it is", async () => {
    vi.useFakeTimers();
    vi.mocked(missingParts).mockResolvedValueOnce(parts([1])).mockResolvedValue(parts([1], [], "broken"));
    const done = send("doc_1", new Blob(["ab"]), parts([1], [], "broken"), vi.fn(), signal);
    await vi.runAllTimersAsync();
    await done;
    expect(sent.map(({ url }) => url)).toEqual(["https://broken/1", "https://s3/1"]);
    vi.mocked(complete).mockReset();
    const failed = expect(send("doc_1", new Blob(["ab"]), parts([1], [], "broken"), vi.fn(), signal)).rejects.toThrow("connection");
    await vi.runAllTimersAsync();
    await failed;
    expect(complete).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

it("files are known by the endings of their names, and shown where a browser runs nothing in them", () => {
  expect(["a.PDF", "scan.jpeg", "x.tar.exe", "noending"].map(contentTypeOf)).toEqual(["application/pdf", "image/jpeg", undefined, undefined]);
  expect(["image/png", "application/pdf", "application/dicom", "application/xml"].map((content_type) => previewOf({ content_type }))).toEqual(["image", "page", null, null]);
});

describe("who changes a document", () => {
  const permissions = ["AddDocumentVersion", "WithdrawDocument"];
  const patient = { user_id: "usr_1", patient_id: "pat_1", practitioner_id: null, permissions };
  const doctor = { user_id: "usr_2", patient_id: null, practitioner_id: "prc_1", permissions };
  const nurse = { ...doctor, user_id: "usr_3", practitioner_id: null };
  const theirs = { author_role: "patient" as const, created_by: "usr_1", status: "available" as const };
  const ours = { ...theirs, author_role: "doctor" as const, created_by: "usr_2" };

  it("replaces what came from their own side, once it can be opened", () => {
    expect([patient, doctor, nurse].map((me) => mayReplace(me, theirs))).toEqual([true, false, false]);
    expect([patient, doctor, nurse].map((me) => mayReplace(me, ours))).toEqual([false, true, true]);
    expect(mayReplace(doctor, { ...ours, status: "entered-in-error" })).toBe(false);
  });

  it("withdraws it: patients and nurses their own, doctors any", () => {
    expect([patient, doctor, nurse].map((me) => mayWithdraw(me, theirs))).toEqual([true, true, false]);
    expect([patient, doctor, nurse].map((me) => mayWithdraw(me, ours))).toEqual([false, true, false]);
    expect(mayWithdraw(nurse, { ...ours, created_by: "usr_3" })).toBe(true);
  });
});
