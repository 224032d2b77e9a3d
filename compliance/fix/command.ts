/** `scan --fix`: writes the mends of what fails, or shows them, and scans again. */
import { readFile } from 'node:fs/promises'
import type { ExitCode } from '../../lib/lifecycle.ts'
import { joinControls, readChecklist } from '../checklist.ts'
import { controls } from '../controls/all.ts'
import { fileSources } from '../evidence.ts'
import type { ChosenVariables } from '../gather/gather-options.ts'
import { gather } from '../gather/gather.ts'
import { readWaivers, waiversPath } from '../waivers.ts'
import { unifiedDiff } from './diff.ts'
import { FixStop } from './edit.ts'
import { planFixes, type FixedFile, type Refused } from './plan.ts'
import { replaceFile } from './replace-file.ts'
import { collectOpen, type Open } from './wanted.ts'

export interface FixOptions {
  /** Shows what would be written, as a unified difference, and writes nothing. */
  readonly dryRun?: boolean
  readonly waivers?: string
  readonly chosen?: readonly ChosenVariables[]
}

/**
 * Mends what can be mended in the files of `paths`.
 *
 * @returns 0 when every failure that has a mend was mended, else 1
 * @throws ConfigError when waivers or checklist are wrong
 */
export async function fixPaths(
  paths: readonly string[],
  options: FixOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const startedMillis = Date.now()
  const open = await openIn(paths, options)
  const texts = new Map<string, string>()
  for (const file of new Set(open.wanted.flatMap(({ resource, at }) => [resource.position.file, at.file]))) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(file, text)
  }
  const { files, refused } = planFixes(open.wanted, (file) => texts.get(file))
  if (options.dryRun === true) {
    await tell(stdout, files.map(({ file, before, after }) => unifiedDiff(file, before, after)).join(''))
    return refused.length === 0 ? 0 : 1
  }
  const unwritten: Refused[] = []
  for (const fixed of files) {
    const why = await written(fixed, { paths, startedMillis })
    if (why !== undefined) unwritten.push(...fixed.made.map((wanted) => ({ wanted, why })))
  }
  const after = await openIn(paths, options)
  await tell(stdout, summaryOf(open, after, [...refused, ...unwritten]))
  return after.wanted.length === 0 ? 0 : 1
}

/** Whoever exits next must not cut it off. */
async function tell(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
}

async function openIn(
  paths: readonly string[],
  { waivers = waiversPath, chosen = [] }: FixOptions,
): Promise<Open> {
  const measured = joinControls(readChecklist(), controls)
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const evidence = await gather(paths, { chosen })
  const scope = new Set(fileSources)
  return collectOpen({
    evidence,
    measured,
    scope,
    waivers: readWaivers(waivers, severities),
    nowMillis: Date.now(),
  })
}

async function written(
  fixed: FixedFile,
  bounds: Parameters<typeof replaceFile>[1],
): Promise<string | undefined> {
  try {
    await replaceFile(fixed, bounds)
    return undefined
  } catch (error) {
    if (error instanceof FixStop) return error.message
    throw error
  }
}

function summaryOf(before: Open, after: Open, refused: readonly Refused[]): string {
  const lines = refused.map(
    ({ wanted: { control, resource }, why }) =>
      `not mended: ${control} ${resource.address} in ${resource.position.file}: ${why}`,
  )
  lines.push(
    `${before.failing} failed, ${before.wanted.length} of them with a mend; ${after.failing} fail now, ${after.wanted.length} with a mend`,
  )
  return `${lines.join('\n')}\n`
}
