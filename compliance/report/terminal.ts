/** Lines for a terminal. Colours only repeat what the words say; what files say cannot write any. */

type Style = 'bad' | 'doubt' | 'good' | 'strong' | 'soft'

export interface Line {
  readonly text: string
  readonly style?: Style
}

/** SGR parameters (ECMA-48 §8.3.117) of eight colours every terminal has. */
const codes: Readonly<Record<Style, string>> = {
  bad: '31;1',
  doubt: '33',
  good: '32',
  strong: '1',
  soft: '2',
}

/** Writes a line, in colours where it was asked. */
export function paint({ text, style }: Line, isColoured: boolean): string {
  const shown = printable(text)
  return isColoured && style !== undefined && shown !== ''
    ? `\u001b[${codes[style]}m${shown}\u001b[0m`
    : shown
}

/** Shows a line as text: a scanned file may hold terminal escapes. */
export function printable(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}
