/** The user pools' rule: twelve characters, upper and lower case, a digit and a symbol. */
export function isStrong(password: string): boolean {
  return password.length >= 12 && [/\p{Lu}/u, /\p{Ll}/u, /\d/, /[^\p{L}\d\s]/u].every((kind) => kind.test(password));
}
