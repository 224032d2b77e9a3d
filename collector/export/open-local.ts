/** Opens the exporters that send nowhere: `file` and `debug`. */
import type winston from 'winston'
import { messageOf } from '../../lib/errors.ts'
import type { Plan } from '../config/plan.ts'
import { CollectorError } from '../errors.ts'
import type { Exporter } from '../graph/exporter.ts'
import type { Telemetry } from '../telemetry.ts'
import { createDebug } from './debug.ts'
import { FileExporter } from './file.ts'
import { endOfWhole } from './payload-format.ts'
import { RotatingFile } from './rotating-file.ts'

type SettingsOf<T> = Extract<Plan['exporters'][number], { readonly type: T }>['settings']

export interface LocalParts {
  readonly telemetry: Telemetry
  readonly log: winston.Logger
}

const dayMillis = 86_400_000

/**
 * Opens the file of a `file` exporter.
 *
 * @throws CollectorError EXPORT_FILE_UNUSABLE
 */
export async function openFile(
  { path, format, append, flushInterval, rotation }: SettingsOf<'file'>,
  { telemetry, log }: LocalParts,
): Promise<Exporter> {
  const file = await RotatingFile.open({
    path,
    // As upstream: a file that is rotated is gone on with.
    appends: append || rotation !== undefined,
    ...(rotation === undefined
      ? {}
      : {
          rotation: {
            maxBytes: rotation.maxMegabytes * 2 ** 20,
            maxBackups: rotation.maxBackups,
            maxAgeMillis: rotation.maxDays * dayMillis,
          },
        }),
    endOfWhole: (handle) => endOfWhole(handle, format),
    now: Date.now,
  }).catch((cause: unknown) => {
    throw new CollectorError('EXPORT_FILE_UNUSABLE', `the file ${path}: ${messageOf(cause)}`, { cause })
  })
  return new FileExporter({
    file,
    format,
    flushMillis: flushInterval,
    onSent: (signal, items) =>
      telemetry.add('collector_exported_items_total', { signal, exporter: 'file' }, items),
    onDropped: (signal, items) =>
      telemetry.add('collector_dropped_items_total', { signal, where: 'export_failed' }, items),
    onFault: (error) => log.error('file not written', { path, detail: messageOf(error) }),
  })
}

/** Creates a `debug` exporter, which writes to the log of the collector. */
export function openDebug(settings: SettingsOf<'debug'>, { telemetry, log }: LocalParts): Exporter {
  return createDebug({
    ...settings,
    log,
    now: Date.now,
    onSent: (signal, items) =>
      telemetry.add('collector_exported_items_total', { signal, exporter: 'debug' }, items),
  })
}
