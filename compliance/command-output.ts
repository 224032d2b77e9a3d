/** Where the reports of a scan go: one to standard output, or any number to files. */
import { writeFile } from 'node:fs/promises'
import type { Posture } from '../contracts/posture.ts'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { accountFaults, type AwsAccount } from './hub/account.ts'
import { reportFormats, writeReport, type ReportFormat } from './report/formats.ts'

export interface OutputOptions {
  /** What goes to standard output, or to a file that names no format. */
  readonly format: ReportFormat
  /** `file`, or `format=file`. */
  readonly out?: readonly string[]
  /** True for a terminal that shows colours. */
  readonly isColoured?: boolean
  readonly isQuiet?: boolean
  /** Twelve digits and a region, for `asff`. */
  readonly awsAccount?: string
  readonly awsRegion?: string
}

const accountKeys = { source: 'command line', account: '--aws-account', region: '--aws-region' }

interface Output {
  readonly format: ReportFormat
  readonly file?: string
}

/** Refuses what could not be written before anything is scanned. @throws ConfigError */
export function checkOutputs(options: OutputOptions): void {
  if (!outputsOf(options).some(({ format }) => format === 'asff')) return
  checkAccount(options)
}

/** Takes the account and the region of AWS from the command line. @throws ConfigError when one is missing or wrong */
export function checkAccount({
  awsAccount: id = '',
  awsRegion: region = '',
}: Pick<OutputOptions, 'awsAccount' | 'awsRegion'>): AwsAccount {
  const faults = accountFaults({ id, region }, accountKeys)
  if (faults.length > 0) throw new ConfigError(faults)
  return { id, region }
}

/** Writes every report that was asked for. @throws ConfigError when a file cannot be written */
export async function writeOutputs(
  posture: Posture,
  options: OutputOptions,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const { isColoured = false, isQuiet = false, awsAccount: id = '', awsRegion: region = '' } = options
  for (const { format, file } of outputsOf(options)) {
    const text = await writeReport(posture, format, {
      account: { id, region },
      isQuiet,
      isColoured: isColoured && file === undefined,
    })
    await write(text, file, stdout)
  }
}

function outputsOf({ format, out = [] }: OutputOptions): Output[] {
  if (out.length === 0) return [{ format }]
  return out.map((written) => {
    const end = written.indexOf('=')
    const named = reportFormats.find((each) => each === written.slice(0, Math.max(0, end)))
    return named === undefined ? { format, file: written } : { format: named, file: written.slice(end + 1) }
  })
}

async function write(
  text: string | Buffer,
  file: string | undefined,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
    return
  }
  await writeOut(file, text)
}

/** Writes a file that was named on the command line. @throws ConfigError when it cannot be written */
export async function writeOut(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content)
  } catch (cause) {
    const expected = `a file that can be written: ${systemCodeOf(cause) ?? 'unknown error'}`
    throw new ConfigError([{ source: file, key: '--out', expected }], { cause })
  }
}
