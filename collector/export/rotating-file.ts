/**
 * A file that is added to, and set aside under a name with the time when it has grown large, as the Collector's `file`
 * exporter does (`lumberjack`): `spans.json` becomes `spans-2026-11-21T20-15-00.000.json`.
 */
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join, parse } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'

export interface Rotation {
  readonly maxBytes: number
  /** Most files set aside that are kept; 0 keeps all. */
  readonly maxBackups: number
  /** Age at which they are deleted; 0 keeps them. */
  readonly maxAgeMillis: number
}

export interface RotatingFileOptions {
  readonly path: string
  /** False empties a file that is there. */
  readonly appends: boolean
  readonly rotation?: Rotation
  /** Says where the last whole payload ends of a file that is added to. */
  readonly endOfWhole: (handle: FileHandle) => Promise<number>
  readonly now: () => number
}

export class RotatingFile {
  readonly #options: RotatingFileOptions
  #handle: FileHandle
  /** Bytes of whole payloads. */
  #bytes: number

  private constructor(options: RotatingFileOptions, handle: FileHandle, bytes: number) {
    this.#options = options
    this.#handle = handle
    this.#bytes = bytes
  }

  /** Opens the file, mode 0600. Its folder must be there. */
  static async open(options: RotatingFileOptions): Promise<RotatingFile> {
    // Added to in either case: a write that failed half-way leaves no place behind it to go on from.
    const handle = await open(options.path, 'a+', 0o600)
    const bytes = options.appends ? await options.endOfWhole(handle) : 0
    await handle.truncate(bytes)
    return new RotatingFile(options, handle, bytes)
  }

  /** Adds payloads; what fails leaves none of them in the file. */
  async append(payloads: readonly Buffer[]): Promise<void> {
    const bytes = Buffer.concat(payloads)
    const { rotation } = this.#options
    if (rotation !== undefined && this.#bytes > 0 && this.#bytes + bytes.length > rotation.maxBytes)
      await this.#rotate(rotation)
    try {
      await this.#handle.appendFile(bytes)
      this.#bytes += bytes.length
    } catch (error) {
      await this.#handle.truncate(this.#bytes).catch(() => undefined)
      throw error
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async #rotate(rotation: Rotation): Promise<void> {
    const { path, now } = this.#options
    await rename(path, await freeName(path, now())).catch((error: unknown) => {
      // Set aside by an earlier try, which then could not go on.
      if (systemCodeOf(error) !== 'ENOENT') throw error
    })
    const earlier = this.#handle
    this.#handle = await open(path, 'a', 0o600)
    this.#bytes = 0
    await earlier.close()
    await prune(path, rotation, now())
  }
}

/** Finds a name for the file that is set aside; those of one millisecond move on. */
async function freeName(path: string, now: number): Promise<string> {
  const { dir, name, ext } = parse(path)
  for (let millis = now; ; millis++) {
    const time = new Date(millis).toISOString().slice(0, -1).replaceAll(':', '-')
    const candidate = join(dir, `${name}-${time}${ext}`)
    const isTaken = await stat(candidate).then(
      () => true,
      () => false,
    )
    if (!isTaken) return candidate
  }
}

async function prune(path: string, { maxBackups, maxAgeMillis }: Rotation, now: number): Promise<void> {
  const { name, ext } = parse(path)
  const backups = (await readdir(dirname(path)))
    .flatMap((file) => {
      if (!file.startsWith(`${name}-`) || !file.endsWith(ext)) return []
      const time = timeOf(file.slice(name.length + 1, file.length - ext.length))
      return time === undefined ? [] : [{ file, time }]
    })
    .sort((one, other) => other.time - one.time)
  for (const [index, { file, time }] of backups.entries()) {
    const isTooMany = maxBackups > 0 && index >= maxBackups
    const isTooOld = maxAgeMillis > 0 && now - time > maxAgeMillis
    if (isTooMany || isTooOld) await rm(join(dirname(path), file), { force: true })
  }
}

/** Reads `2026-11-21T20-15-00.000`; undefined where a file only looks like one that was set aside. */
function timeOf(text: string): number | undefined {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(text) ?? []
  const time = Date.parse(`${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`)
  return Number.isNaN(time) ? undefined : time
}
