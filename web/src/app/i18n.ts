import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

const KEPT = "salus.language";
const files = import.meta.glob<Record<string, unknown>>("../locales/*/*.json", { import: "default" });

/** One file for each language and feature, loaded when a page asks for it. */
const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, namespace, done) => {
    const load = files[`../locales/${language}/${namespace}.json`];
    if (!load) {
      done(new Error(`no ${namespace} in ${language}`), null);
      return;
    }
    load().then(
      (texts) => done(null, texts),
      (error: unknown) => done(error as Error, null),
    );
  },
};

/** Loads the words that every page needs; whether they came. */
export async function startLanguage(): Promise<boolean> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(),
      fallbackLng: "en",
      supportedLngs: Object.keys(LANGUAGES),
      ns: ["common", "nav", "problems"],
      defaultNS: "common",
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
      returnNull: false,
    });
  return i18next.hasResourceBundle(i18next.language, "common");
}

export async function speak(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Without storage the choice holds until the page is left.
  }
  await i18next.changeLanguage(language);
}

/** The language that was chosen here, else the first of the browser's that there is. */
export function preferred(): Language {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // The browser's own languages then decide.
  }
  const wanted = [kept, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return wanted.find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? "en";
}
