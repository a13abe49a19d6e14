import { ActionIcon, Button, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Language, LANGUAGES, speak } from "./i18n";

const SCHEMES = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;
type Scheme = keyof typeof SCHEMES;
const ORDER: Scheme[] = ["auto", "light", "dark"];

/** The other languages by their own names, and the colours; one click each. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = ORDER[(ORDER.indexOf(colorScheme) + 1) % ORDER.length] ?? "auto";
  const Current = SCHEMES[colorScheme];
  const others = (Object.keys(LANGUAGES) as Language[]).filter((language) => language !== i18n.language);
  return (
    <>
      {others.map((language) => (
        <Button key={language} variant="subtle" color="gray" size="compact-md" fw={500} lang={language} onClick={() => void speak(language)}>
          {LANGUAGES[language]}
        </Button>
      ))}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("colours", { present: t(`scheme.${colorScheme}`), next: t(`scheme.${next}`) })}
        title={t(`scheme.${colorScheme}`)}
        onClick={() => setColorScheme(next)}
      >
        <Current size={20} stroke={1.5} />
      </ActionIcon>
    </>
  );
}
