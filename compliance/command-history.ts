/** The command `history`: asks the running scanner what came of past scans. */
import { Problem } from '../contracts/problem.ts'
import { ItemHistory, PastScanDetail, PastScans } from '../contracts/scan-history.ts'
import { ConfigError, environment, portOf, secretFile } from '../lib/config.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { validator, type Validated } from '../lib/validate.ts'
import { ComplianceError } from './errors.ts'
import { detailLines, itemLines, scanLines } from './report/past.ts'
import { printable } from './report/terminal.ts'

export interface HistoryOptions {
  readonly since?: string
  readonly item?: string
  readonly before?: string
  readonly limit: number
  readonly json?: boolean
}

const checks = {
  scans: validator(PastScans),
  detail: validator(PastScanDetail),
  item: validator(ItemHistory),
  problem: validator(Problem),
}

/** Longest wait for an answer, in milliseconds. */
const answerMillis = 30_000

/** What is asked for, and how its answer is told. */
interface Question {
  readonly path: string
  /** Undefined for an answer that is not what was asked for. */
  readonly tell: (answer: unknown) => readonly string[] | undefined
}

/**
 * Tells the history, one scan of it or the past of an item.
 *
 * @throws ConfigError; ComplianceError HISTORY_REFUSED with what the scanner answered
 */
export async function tellHistory(
  time: string | undefined,
  options: HistoryOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const { path, tell } = questionOf(time, options)
  const answer = await ask(path)
  const lines = tell(answer)
  if (lines === undefined) throw new ComplianceError('HISTORY_REFUSED', 'the answer is no history of scans')
  const shown = options.json === true ? [JSON.stringify(answer)] : lines.map(printable)
  await new Promise<void>((resolve) => stdout.write(`${shown.join('\n')}\n`, () => resolve()))
  return 0
}

function questionOf(time: string | undefined, options: HistoryOptions): Question {
  const { since, item, before, limit, json } = options
  if (item !== undefined) {
    if ((time ?? since ?? before) !== undefined) throw wrong('--item', 'alone: it has a past of its own')
    return {
      path: `/v1/items/${encodeURIComponent(item)}/history`,
      tell: telling(checks.item, itemLines),
    }
  }
  if (time !== undefined) {
    if (before !== undefined) throw wrong('--before', 'without a scan beside it')
    const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`
    return {
      path: `/v1/scans/${encodeURIComponent(time)}${query}`,
      tell: telling(checks.detail, detailLines),
    }
  }
  if (since !== undefined) throw wrong('--since', 'a scan beside it')
  const older = before === undefined ? '' : `&before=${encodeURIComponent(before)}`
  return {
    // One more in words, which the last of them is compared with.
    path: `/v1/scans?limit=${json === true ? limit : limit + 1}${older}`,
    tell: telling(checks.scans, ({ scans }) => scanLines(scans, limit)),
  }
}

function telling<T>(check: (answer: unknown) => Validated<T>, tell: (answer: T) => readonly string[]) {
  return (answer: unknown) => {
    const outcome = check(answer)
    return outcome.valid ? tell(outcome.value) : undefined
  }
}

async function ask(path: string): Promise<unknown> {
  const { port, token } = environment({
    port: portOf('compliance'),
    token: secretFile('CAMPANILE_TOKEN_FILE'),
  })
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(answerMillis),
  }).catch((cause: unknown) => {
    throw new ComplianceError('HISTORY_REFUSED', `no scanner answers on port ${port}`, { cause })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok) return answer
  const problem = checks.problem(answer)
  const why = problem.valid ? whyOf(problem.value) : ''
  throw new ComplianceError('HISTORY_REFUSED', `the scanner answered ${response.status}${why}`)
}

function whyOf({ detail, faults = [] }: Problem): string {
  const said = faults.map(({ at, expected }) => `${at}: expected ${expected}`)
  const words = [...(detail === undefined ? [] : [detail]), ...said]
  return words.length === 0 ? '' : `: ${words.join('; ')}`
}

function wrong(key: string, expected: string): ConfigError {
  return new ConfigError([{ source: 'command line', key, expected }])
}
