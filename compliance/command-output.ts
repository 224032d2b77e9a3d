/** Where the reports of a scan go: one to standard output, or any number to files. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Posture } from '../contracts/posture.ts'
import { ConfigError, type ConfigFault } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { accountFaults, type AwsAccount } from './hub/account.ts'
import { reportFormats, type ReportFormat } from './report/format-names.ts'
import { writeReport } from './report/formats.ts'

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

const settledFormats: ReadonlySet<ReportFormat> = new Set(['json', 'html', 'csv', 'oscal-results'])

interface Output {
  readonly format: ReportFormat
  readonly file?: string
}

/** Refuses what could not be written before anything is scanned. @throws ConfigError */
export function checkOutputs(options: OutputOptions): void {
  const outputs = outputsOf(options)
  if (outputs.some(({ format }) => format === 'asff')) checkAccount(options)
  const faults = outputs.flatMap(({ file }) => (file === undefined ? [] : unwritable(file)))
  if (faults.length > 0) throw new ConfigError(faults)
}

/** Nothing is made and nothing is emptied: the scan may still fail. */
function unwritable(file: string): ConfigFault[] {
  try {
    const isThere = existsSync(file)
    if (isThere && statSync(file).isDirectory()) return [writeFault(file, 'EISDIR')]
    accessSync(isThere ? file : dirname(file), constants.W_OK)
    return isThere || statSync(dirname(file)).isDirectory() ? [] : [writeFault(file, 'ENOTDIR')]
  } catch (error) {
    return [writeFault(file, systemCodeOf(error))]
  }
}

function writeFault(file: string, code: string | undefined): ConfigFault {
  return {
    source: file,
    key: '--out',
    expected: `a file that can be written: ${code ?? 'unknown error'}`,
  }
}

/** True where a report is asked for that names what passes and what does not apply. */
export function listsSettled(options: OutputOptions): boolean {
  return outputsOf(options).some(({ format }) => settledFormats.has(format))
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

/** Writes every report that was asked for. @throws ConfigError when files cannot be written; the others are */
export async function writeOutputs(
  posture: Posture,
  options: OutputOptions,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const { isColoured = false, isQuiet = false, awsAccount: id = '', awsRegion: region = '' } = options
  const faults: ConfigFault[] = []
  for (const { format, file } of outputsOf(options)) {
    const text = await writeReport(posture, format, {
      account: { id, region },
      isQuiet,
      isColoured: isColoured && file === undefined,
    })
    try {
      await write(text, file, stdout)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(...error.faults)
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
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
    throw new ConfigError([writeFault(file, systemCodeOf(cause))], { cause })
  }
}
