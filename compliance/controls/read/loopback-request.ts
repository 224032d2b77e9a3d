/** Requests of a machine to itself, as health checks make them with curl and wget: nobody stands in between. */
import { programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'

/** Options that lead nowhere else; with any other one, such as a proxy or another address, nobody can tell. */
interface Options {
  /** Letters of those that stand alone. */
  readonly flags: string
  /** Letters of those with a value, in the same word or the next. */
  readonly valued: string
  readonly longFlags: ReadonlySet<string>
  readonly longValued: ReadonlySet<string>
}

const programs: ReadonlyMap<string, Options> = new Map([
  [
    'curl',
    {
      flags: 'fsSkLvIiGgNqOJjn0123460#',
      valued: 'owmHXdAbcDeuEFrT',
      longFlags: wordsOf(
        'fail fail-with-body fail-early silent show-error insecure location verbose head include get globoff no-buffer',
        'no-progress-meter compressed http1.0 http1.1 http2 ipv4 ipv6 tlsv1.2 tlsv1.3 retry-connrefused retry-all-errors',
      ),
      longValued: wordsOf(
        'output write-out max-time connect-timeout header request data data-raw data-binary data-urlencode json user',
        'user-agent retry retry-delay retry-max-time cookie cookie-jar dump-header cacert capath cert key form noproxy stderr',
      ),
    },
  ],
  [
    'wget',
    {
      flags: 'qSvdc46',
      // `-nv` is one option.
      valued: 'nOoTtUP',
      longFlags: wordsOf(
        'no-check-certificate quiet spider server-response no-verbose verbose no-proxy no-cache no-hsts retry-connrefused',
        'content-on-error inet4-only inet6-only',
      ),
      longValued: wordsOf(
        'output-document output-file timeout tries connect-timeout read-timeout dns-timeout wait waitretry max-redirect',
        'header method post-data body-data user password user-agent ca-certificate certificate private-key',
      ),
    },
  ],
])

function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}

/** Tells whether all that a command asks for is on the loopback. */
export function asksItself(command: ShellCommand): boolean {
  const options = programs.get(programOf(command))
  const hasProxy = [...command.assignments, ...command.words].some((each) => /^\w*_proxy=/i.test(each))
  if (options === undefined || hasProxy) return false
  const operands = operandsOf(programWords(command).slice(1), options)
  return operands !== undefined && operands.length > 0 && operands.every(isLoopback)
}

function isLoopback(operand: string): boolean {
  return /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::[^@/?#\\]*)?(?:[/?#]|$)/i.test(operand)
}

/** Lists what is neither an option nor the value of one; undefined where an option may lead elsewhere. */
function operandsOf(words: readonly string[], options: Options): readonly string[] | undefined {
  const operands: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (!/^-./.test(word)) {
      operands.push(word)
      continue
    }
    const takes = word.startsWith('--') ? wordsOfLong(word.slice(2), options) : wordsOfShort(word, options)
    if (takes === undefined) return undefined
    at += takes - 1
  }
  return operands
}

/** How many words an option stands in. */
function wordsOfLong(option: string, { longFlags, longValued }: Options): 1 | 2 | undefined {
  if (longFlags.has(option)) return 1
  const [name = ''] = option.split('=', 1)
  if (!longValued.has(name)) return undefined
  return option === name ? 2 : 1
}

/** Letters stand together up to the first that has a value: `-fskm 5`, `-qO-`. */
function wordsOfShort(word: string, { flags, valued }: Options): 1 | 2 | undefined {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at)
    if (valued.includes(letter)) return at === word.length - 1 ? 2 : 1
    if (!flags.includes(letter)) return undefined
  }
  return 1
}
