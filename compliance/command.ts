/** The command `scan`: one scan of paths, a report, and an exit code a pipeline can gate on. */
import { writeFile } from 'node:fs/promises'
import { itemSeverities, type Posture, type PostureItem } from '../contracts/posture.ts'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { joinControls, readChecklist } from './checklist.ts'
import { controls } from './controls/all.ts'
import { gather, type ChosenVariables } from './gather/gather.ts'
import { writeConsole } from './report/console.ts'
import { writeHtml } from './report/html.ts'
import { fileSources, scan } from './scan.ts'
import { readWaivers, waiversPath } from './waivers.ts'

export const reportFormats = ['console', 'json', 'html'] as const
export const failLevels = ['critical', 'high'] as const

export interface ScanOptions {
  readonly format: (typeof reportFormats)[number]
  readonly failOn: (typeof failLevels)[number]
  readonly out?: string
  readonly waivers?: string
  /** True when what could not be read is accepted; by default it does not pass. */
  readonly allowUnread?: boolean
  /** Variable files and values of Terraform, the later wins; by default every environment that is found. */
  readonly chosen?: readonly ChosenVariables[]
}

/**
 * Scans paths and writes the report.
 *
 * @returns 0 when no unwaived item at the level fails or is unknown, something was found and all of it could be read;
 *   else 1
 * @throws ConfigError when waivers or checklist are wrong or the report cannot be written
 */
export async function scanPaths(
  paths: readonly string[],
  options: ScanOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const measured = joinControls(readChecklist(), controls)
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const posture = await scan({
    gather: () => gather(paths, { chosen: options.chosen ?? [] }),
    scope: new Set(fileSources),
    measured,
    waivers: readWaivers(options.waivers ?? waiversPath, severities),
    nowMillis: Date.now,
  })
  await write(report(posture, options.format), options.out, stdout)
  return exitCodeOf(posture, options)
}

function report(posture: Posture, format: ScanOptions['format']): string {
  switch (format) {
    case 'console':
      return writeConsole(posture)
    case 'json':
      return `${JSON.stringify(posture, null, 2)}\n`
    case 'html':
      return writeHtml(posture)
  }
}

async function write(text: string, out: string | undefined, stdout: NodeJS.WritableStream): Promise<void> {
  if (out === undefined) {
    await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
    return
  }
  try {
    await writeFile(out, text)
  } catch (cause) {
    const expected = `a file that can be written: ${systemCodeOf(cause) ?? 'unknown error'}`
    throw new ConfigError([{ source: out, key: '--out', expected }], { cause })
  }
}

function exitCodeOf(posture: Posture, { failOn, allowUnread = false }: ScanOptions): ExitCode {
  const { items, faults, sources } = posture
  const worst = itemSeverities.slice(0, itemSeverities.indexOf(failOn) + 1)
  if (sources.every(({ resources }) => resources === 0)) return 1
  if (faults.length > 0 && !allowUnread) return 1
  const isExcused = (item: PostureItem) => faults.length > 0 && item.counts.unknown === 0
  const open = items.filter((item) => item.state === 'fail' || (item.state === 'unknown' && !isExcused(item)))
  return open.some(({ severity }) => worst.includes(severity)) ? 1 : 0
}
