/** What a spool needs beside its files, without the rest of the SDK; one registry of metrics for each process. */
import type { Log } from '../../../sdk/log.ts'
import { Instruments } from '../../../sdk/metrics/instruments.ts'
import type { SpoolFiles } from '../../../sdk/spool/files.ts'
import type { SpoolParts } from '../../../sdk/spool/spool.ts'

const silent: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
}
const instruments = new Instruments('compliance', () => undefined)

export function spoolParts(files?: SpoolFiles): SpoolParts {
  const parts = { service: 'compliance', traceId: () => undefined, instruments, log: silent } as const
  return files === undefined ? parts : { ...parts, files }
}

/** The value of a series of this process. */
export async function metric(series: string): Promise<number> {
  const { body } = await instruments.scrape()
  const line = body.split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.split(' ')[1] ?? 0)
}
