import { Accordion, Anchor, Button, Card, Chip, createTheme, type CSSVariablesResolver, Modal, NavLink, Paper, Table } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "teal",
  // Dark enough for white text in both schemes.
  primaryShade: 9,
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.75rem", lineHeight: "1.25" },
      h2: { fontSize: "1.25rem", lineHeight: "1.35" },
      h3: { fontSize: "1.05rem", lineHeight: "1.4" },
    },
  },
  components: {
    // Upon the page like cards.
    Accordion: Accordion.extend({ styles: { item: { backgroundColor: "light-dark(var(--mantine-color-white), var(--mantine-color-dark-6))" } } }),
    // A link within a sentence must not be known by its colour alone.
    Anchor: Anchor.extend({ defaultProps: { underline: "always" } }),
    Button: Button.extend({ defaultProps: { radius: "md" } }),
    Card: Card.extend({ defaultProps: { radius: "lg", padding: "lg", withBorder: true } }),
    Chip: Chip.extend({ defaultProps: { variant: "outline" } }),
    Modal: Modal.extend({ defaultProps: { radius: "lg", centered: true }, styles: { title: { lineHeight: 1.4 } } }),
    NavLink: NavLink.extend({ defaultProps: { variant: "light" }, styles: { root: { borderRadius: "var(--mantine-radius-md)" } } }),
    Paper: Paper.extend({ defaultProps: { radius: "lg" } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: "sm" } }),
  },
});

type Colours = Parameters<CSSVariablesResolver>[0]["colors"];

/** Hovered buttons get darker in either scheme; Mantine's lighten in the dark one, away from their white text. */
function hovered(colors: Colours): Record<string, string> {
  return Object.fromEntries(
    Object.keys(colors).map((name) => [`--mantine-color-${name}-filled-hover`, `color-mix(in srgb, var(--mantine-color-${name}-filled), black 15%)`]),
  );
}

/** Mantine's greys, its reds, and its colours on their own tints are too faint to read (WCAG 2.2, 1.4.3). */
export const readableColours: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    ...hovered(colors),
    "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
    "--mantine-color-placeholder": "var(--mantine-color-gray-6)",
    "--mantine-color-error": "var(--mantine-color-red-9)",
    ...Object.fromEntries(
      Object.keys(colors).map((name) => [`--mantine-color-${name}-light-color`, `color-mix(in srgb, var(--mantine-color-${name}-9), black 25%)`]),
    ),
  },
  dark: {
    ...hovered(colors),
    // Far enough from what is dimmed.
    "--mantine-color-text": "var(--mantine-color-gray-2)",
    "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
    "--mantine-color-placeholder": "color-mix(in srgb, var(--mantine-color-dark-2), var(--mantine-color-dark-1) 40%)",
    "--mantine-color-error": "var(--mantine-color-red-4)",
  },
});
