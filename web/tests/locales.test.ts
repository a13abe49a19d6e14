import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const LOCALES = fileURLToPath(new URL("../src/locales", import.meta.url));
const languages = readdirSync(LOCALES);
const files = [...new Set(languages.flatMap((language) => readdirSync(join(LOCALES, language))))].sort();

interface Texts {
  [key: string]: string | Texts;
}

/** Every key with what its text has to be given, such as `zone {{city}} {{offset}}`. */
function signatures(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, text]) => {
    if (typeof text !== "string") return signatures(text, `${prefix}${key}.`);
    const given = [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();
    return [[`${prefix}${key}`, ...given].join(" ")];
  });
}

function read(language: string, file: string): Texts {
  return JSON.parse(readFileSync(join(LOCALES, language, file), "utf8")) as Texts;
}

it("is spoken in English and German", () => {
  expect(languages.sort()).toEqual(["de", "en"]);
});

it.each(files)("%s says the same in every language", (file) => {
  const [first, ...others] = languages.map((language) => signatures(read(language, file)).sort());
  for (const other of others) expect(other).toEqual(first);
});

it.each(files)("%s leaves nothing unsaid", (file) => {
  for (const language of languages) expect(JSON.stringify(read(language, file))).not.toMatch(/:""/);
});
