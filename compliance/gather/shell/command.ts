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

/** Programs that run the program named after them, with their options that take a word of their own. */
const wrappers: ReadonlyMap<string, string> = new Map([
  ['sudo', '-u -g -C -p -h -D -R -T -U -r -t'],
  ['doas', '-u -C'],
  ['env', '-u -C'],
  ['exec', '-a'],
  ['command', ''],
  ['builtin', ''],
  ['time', '-f -o'],
  ['nohup', ''],
  ['nice', '-n'],
  ['ionice', '-c -n'],
  ['setsid', ''],
  ['stdbuf', '-i -o -e'],
  ['xargs', '-n -P -I -L -s -d -a -E'],
  ['timeout', '-s -k'],
  ['chroot', ''],
  ['gosu', ''],
  ['su-exec', ''],
  ['tini', '-p -e'],
  ['dumb-init', '-r'],
  ['busybox', ''],
  ['npx', '-p --package'],
  ['bunx', '-p --package'],
  ['pnpx', '-p --package'],
  ['xvfb-run', '-n -s -e -f -p -w'],
])
/** Wrappers with one word before the program: a time, a folder, a user. */
const withWord: ReadonlySet<string> = new Set(['timeout', 'chroot', 'gosu', 'su-exec'])

type Words = Pick<ShellCommand, 'words'>

/** Lists the words from the program on, without `sudo`, `env A=b`, `timeout 60` and the like in front. */
export function programWords({ words }: Words): readonly string[] {
  let at = 0
  for (;;) {
    const wrapper = baseName(words[at] ?? '')
    const valued = wrappers.get(wrapper)?.split(' ')
    if (valued === undefined) return words.slice(at)
    at += 1
    while (/^-|^[A-Za-z_]\w*=/.test(words[at] ?? '')) at += valued.includes(words[at] ?? '') ? 2 : 1
    if (withWord.has(wrapper)) at += 1
  }
}

const shells: ReadonlySet<string> = new Set('sh bash dash ash zsh ksh mksh'.split(' '))

/** The script that stands in a word of a command: `sh -c "…"`, `su app -c "…"`, `eval "…"`. */
export function scriptIn(command: Words): string | undefined {
  const [program = '', ...rest] = programWords(command)
  const name = baseName(program)
  if (name === 'eval') return rest.join(' ')
  const isUser = name === 'su' || name === 'runuser'
  if (!isUser && !shells.has(name)) return undefined
  const at = rest.findIndex((word) => /^-[a-z]*c$|^-c[a-z]+$|^--command$/i.test(word))
  if (at === -1) return undefined
  return rest.slice(at + 1).find((word) => !/^[-+]/.test(word))
}

/** What `find` runs for each file it finds. */
interface Executed {
  readonly words: readonly string[]
  /** Whether it fails, too, when one of them does: only where it runs them for many files at once. */
  readonly tells: boolean
}

/** The commands `find … -exec … ;` runs, up to the one that is not ended. */
export function executedBy(command: Words): readonly Executed[] {
  const words = programWords(command)
  if (baseName(words[0] ?? '') !== 'find') return []
  const executed: Executed[] = []
  for (let at = 0; at < words.length; at += 1) {
    if (!/^-(?:exec|ok)(?:dir)?$/.test(words[at] ?? '')) continue
    const start = at + 1
    while (at < words.length && words[at] !== ';' && !isPlus(words, at)) at += 1
    executed.push({ words: words.slice(start, at), tells: isPlus(words, at) })
  }
  return executed.filter((each) => each.words.length > 0)
}

/** `{} +` ends a command; any other plus is a word of it. */
function isPlus(words: readonly string[], at: number): boolean {
  return words[at] === '+' && words[at - 1] === '{}'
}

/** True for a shell that reads its script from a here-document. */
export function readsScript(command: Words): boolean {
  const [program = '', ...rest] = programWords(command)
  return shells.has(baseName(program)) && rest.every((word) => /^[-+]|^pipefail$/.test(word))
}

/** Names the program a command runs, without its folder; empty where it only sets variables. */
export function programOf(command: Words): string {
  return baseName(programWords(command)[0] ?? '')
}

/** True where one of the words is an option: `-k` also inside `-fsSk`, `--insecure` also with `=…`. */
export function hasOption(command: Words, ...names: readonly string[]): boolean {
  return programWords(command).some((word) => names.some((name) => isOption(word, name)))
}

/** Reads the value of an option, as `--name=value` or as the word after it; undefined where it is not there. */
export function optionValue({ words }: ShellCommand, ...names: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    const name = names.find((each) => isOption(word, each))
    if (name === undefined) continue
    return word.startsWith(`${name}=`) ? word.slice(name.length + 1) : (words[at + 1] ?? '')
  }
  return undefined
}

function isOption(word: string, name: string): boolean {
  if (name.startsWith('--')) return word === name || word.startsWith(`${name}=`)
  return word === name || (/^-[A-Za-z]+$/.test(word) && name.length === 2 && word.includes(name.charAt(1)))
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1)
}
