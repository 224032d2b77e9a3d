/** One simple command of a shell script: its words, and what stands around it. */

/** What joins a command with its neighbour; empty at the beginning and the end of a list. */
export type Join = '' | ';' | '&' | '&&' | '||' | '|'

export interface ShellCommand {
  /** Quotes taken away; `$NAME`, `$(…)` and `${{ … }}` as they were written. */
  readonly words: readonly string[]
  /** `NAME=value` in front of the words. */
  readonly assignments: readonly string[]
  /** Line of the script it begins on, counted from 0. */
  readonly line: number
  readonly before: Join
  readonly after: Join
}

/** Programs that run the program named after them. */
const wrappers: ReadonlySet<string> = new Set(
  'sudo env exec command time nohup nice npx bunx pnpx xvfb-run doas'.split(' '),
)
/** Options of wrappers that take a word of their own. */
const valued: ReadonlySet<string> = new Set(['-u', '-g', '-n', '-C', '-p', '--package'])

/** Lists the words from the program on, without `sudo`, `env A=b` and the like in front. */
export function programWords({ words }: ShellCommand): readonly string[] {
  let at = 0
  while (at < words.length && wrappers.has(baseName(words[at] ?? ''))) {
    at += 1
    while (at < words.length && /^-|^[A-Za-z_]\w*=/.test(words[at] ?? '')) {
      at += valued.has(words[at] ?? '') ? 2 : 1
    }
  }
  return words.slice(at)
}

/** Names the program a command runs, without its folder; empty where it only sets variables. */
export function programOf(command: ShellCommand): string {
  return baseName(programWords(command)[0] ?? '')
}

/** True where one of the words is an option: `-k` also inside `-fsSk`, `--insecure` also with `=…`. */
export function hasOption(command: ShellCommand, ...names: readonly string[]): boolean {
  return command.words.some((word) => names.some((name) => isOption(word, name)))
}

function isOption(word: string, name: string): boolean {
  if (name.startsWith('--')) return word === name || word.startsWith(`${name}=`)
  return word === name || (/^-[A-Za-z]+$/.test(word) && name.length === 2 && word.includes(name.charAt(1)))
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
