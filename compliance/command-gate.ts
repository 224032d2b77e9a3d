/**
 * The command `gate`: fails a build for what is new and for nothing that stood before. The baseline is a posture as
 * `scan --format json` wrote it; findings are compared by their ids, which no moved line changes.
 */
import type { ExitCode } from '../lib/lifecycle.ts'
import { checkOutputs, listsSettled, writeOutputs, type OutputOptions } from './command-output.ts'
import { isEmpty, look, severitiesFrom, type LookOptions } from './command.ts'
import type { FailLevel } from './fail-level.ts'
import { readPosture } from './kept-posture.ts'
import { compareForGate } from './report/gate.ts'
import { writeGate } from './report/gate-console.ts'
import { agesIn } from './score/ages.ts'

export interface GateOptions extends LookOptions, Omit<OutputOptions, 'format'> {
  /** File of the posture that is accepted as it is. */
  readonly baseline: string
  readonly failOn: FailLevel
  /** True when a file that cannot be read any more is accepted. */
  readonly allowUnread?: boolean
}

/**
 * Scans paths and compares.
 *
 * @returns 0 when nothing new is open at the level; 1 when something is, a file cannot be read any more (its findings
 *   would seem gone), or nothing was found
 * @throws ConfigError when the baseline cannot be read, or waivers or reports are wrong
 */
export async function gatePaths(
  paths: readonly string[],
  options: GateOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const outputs = { ...options, format: 'json' as const }
  checkOutputs(outputs)
  const isWritten = options.out !== undefined && options.out.length > 0
  const baseline = await readPosture(options.baseline, '--baseline')
  const { posture } = await look(paths, {
    ...options,
    listsSettled: isWritten && listsSettled(outputs),
    failingSince: agesIn(baseline),
  })
  const compared = compareForGate(baseline, posture, severitiesFrom(options.failOn))
  if (isWritten) await writeOutputs(posture, outputs, stdout)
  const text = writeGate(compared, options)
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
  const isHidden = compared.unread.length > 0 && options.allowUnread !== true
  return compared.fresh.length > 0 || isHidden || isEmpty(posture) ? 1 : 0
}
