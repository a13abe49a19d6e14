/** UCUM's units as people write them. */
const UNITS: Record<string, string> = {
  Cel: "°C",
  "[degF]": "°F",
  "{beats}/min": "/min",
  "{breaths}/min": "/min",
  "mm[Hg]": "mmHg",
  "[lb_av]": "lb",
  "[in_i]": "in",
  "kg/m2": "kg/m²",
  "{score}": "",
};

export function unitName(unit: string): string {
  return UNITS[unit] ?? unit;
}

/** Units that people can tell from each other, the first of each. */
export function distinctUnits(units: readonly string[]): string[] {
  return units.filter((unit, at) => units.findIndex((other) => unitName(other) === unitName(unit)) === at);
}

/** "38.5 °C" in the reader's manner. */
export function quantity(value: number, unit: string, language: string): string {
  return `${amount(value, language)} ${unitName(unit)}`.trimEnd();
}

export function amount(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 2, useGrouping: false }).format(value);
}
