/**
 * Scans that were made, one file each, the newest `keep` of them; and since when each failure stands. The folder is
 * ours alone: a file that cannot be read back is left out and told, because the next scan makes a new one anyway.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Posture } from '../../contracts/posture.ts'
import { systemCodeOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import type { Ages } from '../score/ages.ts'
import { writeDurably } from './durable-file.ts'

export interface History {
  /** The newest scan that can be read. */
  readonly latest: () => Posture | undefined
  /** Reads the scans that were kept after a time, in their order; one that cannot be read is left out and told. */
  readonly keptAfter: (time: Date | undefined) => AsyncIterable<Posture>
  /** Since when a finding fails, in milliseconds since the epoch, by its id. */
  readonly failingSince: () => Ages
  /** Keeps a scan and what belongs to it, durable when it resolves; it is the latest from then on. */
  readonly keep: (posture: Posture, beside: KeptBeside) => Promise<void>
}

export interface KeptBeside {
  /** Since when its failures stand. */
  readonly failingSince: Ages
  readonly bundle?: Uint8Array
}

export interface HistoryOptions {
  /** Folder; made when it is not there. */
  readonly folder: string
  /** Most scans kept once they are told. Default 60: about two months of nights. */
  readonly keep?: number
  /** Time up to which somebody else was told of the scans; what is later is kept longer. Default: all were. */
  readonly toldUntil?: () => Date | undefined
  /** Told about files that cannot be read back. */
  readonly onFault: (file: string) => void
}

/** Most scans that wait to be told. */
const mostWaiting = 1_000

const namePattern = /^scan-\d{8}T\d{9}Z\.json$/
const check = validator(Posture)

/** Opens the history of a folder. */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { folder, onFault } = options
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let latest = await readLatest(folder, onFault)
  let failing: Ages = await readFailing(join(folder, failingName), onFault)
  return {
    latest: () => latest,
    keptAfter: (time) => readAfter(folder, time, onFault),
    failingSince: () => failing,
    keep: async (posture, { failingSince, bundle }) => {
      failing = failingSince
      await writeDurably(join(folder, failingName), JSON.stringify(Object.fromEntries(failing)))
      // The bundle first: a scan that names one has it.
      if (bundle !== undefined) await writeDurably(join(folder, bundleOf(nameOf(posture))), bundle)
      await writeDurably(join(folder, nameOf(posture)), JSON.stringify(posture))
      latest = posture
      await prune(options, nameOf(posture))
    },
  }
}

const failingName = 'failing-since.json'

function nameOf({ scannedAt }: Pick<Posture, 'scannedAt'>): string {
  return `scan-${scannedAt.replace(/[-:.]/g, '')}.json`
}

function nameAt(time: Date): string {
  return nameOf({ scannedAt: time.toISOString() })
}

/** `bundle-<time>.tgz` of `scan-<time>.json`. */
function bundleOf(scan: string): string {
  return scan.replace(/^scan-(.*)\.json$/, 'bundle-$1.tgz')
}

async function readLatest(folder: string, onFault: (file: string) => void): Promise<Posture | undefined> {
  for (const name of (await scansIn(folder)).reverse()) {
    const outcome = check(await readJson(join(folder, name)))
    if (outcome.valid) return outcome.value
    onFault(name)
  }
  return undefined
}

async function* readAfter(
  folder: string,
  time: Date | undefined,
  onFault: (file: string) => void,
): AsyncGenerator<Posture> {
  const last = time === undefined ? '' : nameAt(time)
  for (const name of await scansIn(folder)) {
    if (name <= last) continue
    const read = await readJson(join(folder, name))
    // Pruned meanwhile.
    if (read === undefined) continue
    const outcome = check(read)
    if (outcome.valid) yield outcome.value
    else onFault(name)
  }
}

async function readFailing(path: string, onFault: (file: string) => void): Promise<Map<string, number>> {
  const found = await readJson(path)
  if (found === undefined) return new Map()
  if (typeof found !== 'object' || found === null) {
    onFault(failingName)
    return new Map()
  }
  const entries = Object.entries(found).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  )
  return new Map(entries)
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    return null
  }
}

async function scansIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => namePattern.test(name)).sort()
}

/** @param kept name of the newest: who was told of a later one was told by a wrong clock, and of nothing else */
async function prune({ folder, keep = 60, toldUntil }: HistoryOptions, kept: string): Promise<void> {
  const told = toldUntil === undefined ? kept : nameAt(toldUntil() ?? new Date(0))
  const isWaiting = (name: string) => told > kept || name > told
  const names = await scansIn(folder)
  for (const [at, name] of names.slice(0, Math.max(0, names.length - keep)).entries()) {
    if (isWaiting(name) && names.length - at <= mostWaiting) continue
    await rm(join(folder, bundleOf(name)), { force: true })
    await rm(join(folder, name))
  }
}
