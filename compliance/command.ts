/** The command `scan`: one scan of paths, its reports, and an exit code a pipeline can gate on. */
import { readFileSync } from 'node:fs'
import { itemSeverities, type Posture, type PostureItem } from '../contracts/posture.ts'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import {
  checkAccount,
  checkOutputs,
  listsSettled,
  writeOutputs,
  type OutputOptions,
} from './command-output.ts'
import { joinControls, readChecklist, type MeasuredItem } from './checklist.ts'
import { controls } from './controls/all.ts'
import type { FileMemory } from './gather/file-memory.ts'
import type { ChosenVariables } from './gather/gather-options.ts'
import { gather } from './gather/gather.ts'
import { sourcesGiven } from './gather/sources-given.ts'
import { readPosture } from './kept-posture.ts'
import type { FailLevel } from './fail-level.ts'
import { attestationsAt, metricsAt } from './live-sources.ts'
import { scanForEvidence, type Scanned } from './scan.ts'
import { agesIn, type Ages } from './score/ages.ts'
import type { Waiver } from './score/waiver.ts'
import { parametersAt } from './parameters-file.ts'
import { readWaivers, waiversOf } from './waivers.ts'

/** What to look at and how to judge it. */
export interface LookOptions {
  /** By default those of this house, for what stands in its checkout. */
  readonly waivers?: string
  /** Statements people signed; without the file, items that only people answer are outside of the scan. */
  readonly attestations?: string
  /** Numbers this house expects instead of the defaults of the controls. */
  readonly parameters?: string
  /** Variable files and values of Terraform, the later wins; by default every environment that is found. */
  readonly chosen?: readonly ChosenVariables[]
  /** Address of a Prometheus to ask; by default metrics are outside of the scan. */
  readonly prometheus?: string
  /** File with the token to show to it. */
  readonly prometheusToken?: string
  /** Logs of whose last lines a sample is looked at. */
  readonly log?: readonly string[]
  /** True to look at what Security Hub finds in the account and region; by default it is outside of the scan. */
  readonly securityHubFindings?: boolean
  /** Twelve digits and a region. */
  readonly awsAccount?: string
  readonly awsRegion?: string
  /** Posture of an earlier scan: what changed since is explained, and what failed then is as old. */
  readonly previous?: Posture
  /** File of it. */
  readonly since?: string
  /** Since when a finding fails; by default as the earlier scan says. */
  readonly failingSince?: Ages
  /** True to list what passes and what does not apply, too. */
  readonly listsSettled?: boolean
  /** Files as the scan before has read them; by default each is read anew. */
  readonly memory?: FileMemory
  /** When the scan is said to have been made; by default now. */
  readonly clockMillis?: number
}

export interface ScanOptions extends LookOptions, OutputOptions {
  readonly failOn: FailLevel
  /** True when what could not be read is accepted; by default it does not pass. */
  readonly allowUnread?: boolean
}

/** Far above what people read and what SARIF takes; a gate needs every finding, not the worst hundred. */
const findingLimit = 25_000
/** Enough to draw a sample from; a report stays one that can be opened. */
const settledLimit = 1_000

export interface Looked extends Scanned {
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
}

/** Scans paths. @throws ConfigError when waivers, checklist or account are wrong */
export async function look(paths: readonly string[], options: LookOptions): Promise<Looked> {
  const { chosen = [], clockMillis, since, memory } = options
  const previous = since === undefined ? options.previous : await readPosture(since, '--since')
  const failingSince = options.failingSince ?? (previous === undefined ? undefined : agesIn(previous))
  const nowMillis = clockMillis === undefined ? Date.now : () => clockMillis
  const checklist = readChecklist()
  const measured = joinControls(checklist, controls)
  const live = {
    metrics: metricsAt(options.prometheus, { token: readToken(options.prometheusToken) }),
    logs: (options.log ?? []).map((file) => ({ name: file, file })),
    ...(await hubsAt(options)),
    ...attestationsAt(options.attestations, checklist),
    ...parametersAt(options.parameters),
  }
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const waivers = readWaivers(options.waivers ?? waiversOf(paths), { severities, nowMillis: Date.now() })
  const scanned = await scanForEvidence({
    gather: () => gather(paths, { chosen, nowMillis, ...live, ...(memory === undefined ? {} : { memory }) }),
    scope: sourcesGiven(live),
    measured,
    waivers,
    findingLimit,
    ...(options.listsSettled === true ? { settledLimit } : {}),
    ...(previous === undefined ? {} : { previous }),
    ...(failingSince === undefined ? {} : { failingSince }),
    nowMillis,
  })
  return { ...scanned, measured, waivers }
}

/**
 * Scans paths and writes the reports.
 *
 * @returns 0 when no unwaived item at the level fails or is unknown, something was found and all of it could be read;
 *   else 1
 * @throws ConfigError when waivers or checklist are wrong or a report cannot be written
 */
export async function scanPaths(
  paths: readonly string[],
  options: ScanOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  checkOutputs(options)
  const { posture } = await look(paths, { ...options, listsSettled: listsSettled(options) })
  await writeOutputs(posture, options, stdout)
  return exitCodeOf(posture, options)
}

/** The SDK of AWS is loaded where somebody asks for Security Hub and nowhere else. */
async function hubsAt(options: LookOptions) {
  if (options.securityHubFindings !== true) return {}
  const account = checkAccount(options)
  const { connectHub } = await import('./hub/aws-client.ts')
  return { hubs: [{ name: `${account.id}/${account.region}`, client: await connectHub(account) }] }
}

function readToken(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    const expected = `a file that can be read: ${systemCodeOf(cause) ?? 'unknown error'}`
    throw new ConfigError([{ source: path, key: '--prometheus-token', expected }], { cause })
  }
}

/** Decides how a scan ends: 0 when nothing is open at the level, something was found and all of it could be read. */
export function exitCodeOf(
  posture: Posture,
  { failOn, allowUnread = false }: Pick<ScanOptions, 'failOn' | 'allowUnread'>,
): ExitCode {
  const { items, faults } = posture
  const worst = severitiesFrom(failOn)
  if (isEmpty(posture)) return 1
  if (faults.length > 0 && !allowUnread) return 1
  const isExcused = (item: PostureItem) => faults.length > 0 && item.counts.unknown === 0
  const open = items.filter((item) => item.state === 'fail' || (item.state === 'unknown' && !isExcused(item)))
  return open.some(({ severity }) => worst.includes(severity)) ? 1 : 0
}

/** Severities that are at least as bad as a level. */
export function severitiesFrom(level: FailLevel) {
  return itemSeverities.slice(0, itemSeverities.indexOf(level) + 1)
}

/** True where nothing was found: that is no clean scan. */
export function isEmpty({ sources }: Posture): boolean {
  return sources.every(({ resources }) => resources === 0)
}
