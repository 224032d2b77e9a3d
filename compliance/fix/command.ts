/** `scan --fix`: writes the mends of what fails, or shows them, and scans again. */
import { readFile } from 'node:fs/promises'
import type { ExitCode } from '../../lib/lifecycle.ts'
import { joinControls, readChecklist } from '../checklist.ts'
import { controls } from '../controls/all.ts'
import { fileSources, type Evidence } from '../evidence.ts'
import type { ChosenVariables } from '../gather/gather-options.ts'
import { gather } from '../gather/gather.ts'
import { parametersAt } from '../parameters-file.ts'
import { hidden, knownSecrets, redactLines } from '../report/redact.ts'
import { printable } from '../report/terminal.ts'
import { readWaivers, waiversOf } from '../waivers.ts'
import { unifiedDiff } from './diff.ts'
import { FixStop } from './edit.ts'
import { planFixes, type FixedFile, type Refused } from './plan.ts'
import { replaceFile } from './replace-file.ts'
import { collectOpen, type Open } from './wanted.ts'

export interface FixOptions {
  /** Shows what would be written, as a unified difference, and writes nothing. */
  readonly dryRun?: boolean
  readonly waivers?: string
  /** Numbers this house expects instead of the defaults of the controls. */
  readonly parameters?: string
  readonly chosen?: readonly ChosenVariables[]
}

/**
 * Mends what can be mended in the files of `paths`.
 *
 * @returns 0 when every failure that has a mend was mended, else 1
 * @throws ConfigError when waivers, parameters or checklist are wrong
 */
export async function fixPaths(
  paths: readonly string[],
  options: FixOptions,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream = process.stderr,
): Promise<ExitCode> {
  const startedMillis = Date.now()
  const { open, evidence } = await openIn(paths, options)
  const texts = new Map<string, string>()
  for (const file of new Set(open.wanted.flatMap(({ resource, at }) => [resource.position.file, at.file]))) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) texts.set(file, text)
  }
  const { files, refused } = planFixes(open.wanted, (file) => texts.get(file))
  if (options.dryRun === true) {
    const diffs = diffsOf(files, evidence)
    await tell(stdout, diffs)
    await tell(stderr, [...refusedLines(refused), ...hiddenLines(diffs)].map((line) => `${line}\n`).join(''))
    return refused.length === 0 ? 0 : 1
  }
  const unwritten: Refused[] = []
  for (const fixed of files) {
    const why = await written(fixed, { paths, startedMillis })
    if (why !== undefined) unwritten.push(...fixed.made.map((wanted) => ({ wanted, why })))
  }
  const { open: after } = await openIn(paths, options)
  await tell(stdout, summaryOf(open, after, [...refused, ...unwritten]))
  return after.wanted.length === 0 ? 0 : 1
}

/** Secrets stay hidden: what is shown here is kept by whoever runs it. */
function diffsOf(files: readonly FixedFile[], evidence: Evidence): string {
  const known = knownSecrets(evidence)
  const show = (lines: readonly string[]) => redactLines(lines, { known, isStrict: false }).map(printableLine)
  return files.map(({ file, before, after }) => unifiedDiff(file, before, after, show)).join('')
}

/** Tabs move nothing else: a difference keeps them. */
function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t')
}

function hiddenLines(diffs: string): string[] {
  return diffs.includes(hidden)
    ? [`${hidden} stands for secrets: this difference is to be read, and --fix writes it`]
    : []
}

/** Whoever exits next must not cut it off. */
async function tell(stdout: NodeJS.WritableStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
}

async function openIn(
  paths: readonly string[],
  { waivers = waiversOf(paths), parameters, chosen = [] }: FixOptions,
): Promise<{ readonly open: Open; readonly evidence: Evidence }> {
  const nowMillis = Date.now()
  const measured = joinControls(readChecklist(), controls)
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const evidence = await gather(paths, { chosen, ...parametersAt(parameters) })
  const scope = new Set(fileSources)
  const open = collectOpen({
    evidence,
    measured,
    scope,
    waivers: readWaivers(waivers, { severities, nowMillis }),
    nowMillis,
  })
  return { open, evidence }
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

function refusedLines(refused: readonly Refused[]): string[] {
  return refused.map(({ wanted: { control, resource }, why }) =>
    printable(`not mended: ${control} ${resource.address} in ${resource.position.file}: ${why}`),
  )
}

function summaryOf(before: Open, after: Open, refused: readonly Refused[]): string {
  const lines = refusedLines(refused)
  lines.push(
    `${before.failing} failed, ${before.wanted.length} of them with a mend; ${after.failing} fail now, ${after.wanted.length} with a mend`,
  )
  return `${lines.join('\n')}\n`
}
