/** Text that no terminal, syslog relay or spreadsheet takes for a command. */

// C0 controls but tab, line feed and carriage return, which each format treats itself; DEL and C1 controls; the
// Unicode line ends; and the marks that turn the direction of what follows.
// oxlint's rule against control characters in patterns is about typing errors; these are meant.
const unprintable = new RegExp(
  '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]',
  'gu',
)

/** Replaces control characters and direction marks by U+FFFD. */
export function printable(text: string): string {
  return text.replace(unprintable, '\ufffd')
}
