/**
 * The page's policy refuses strings where markup is wanted. Mantine writes its style sheets that way, and style sheets
 * hold no `<`: they pass, markup does not, and nothing at all passes as a script.
 */
export function trustStyleSheetsOnly(): void {
  const { trustedTypes } = window as unknown as { trustedTypes?: { createPolicy(name: string, rules: object): void } };
  trustedTypes?.createPolicy("default", {
    createHTML: (text: string) => (text.includes("<") ? null : text),
  });
}
