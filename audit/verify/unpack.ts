/**
 * Unpacks a `.tar.gz` or `.tar` into an empty folder. Whoever packed it controls names, kinds and sizes: only plain
 * files and folders with plain names are taken, nothing leaves the folder, and no more is written than a bound allows.
 */
import { createReadStream, statSync } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { createTarDecoder, type TarHeader } from 'modern-tar'
import { AuditError } from '../log/errors.ts'
import { kindOfFile } from './file-kind.ts'

/** Bytes of the largest archive that is taken, and of what may come out of it. */
const maxArchiveBytes = 16 * 2 ** 30
const maxUnpackedBytes = 32 * 2 ** 30
/** An export compresses to a quarter; what grows far more was made to fill a disk. */
const maxGrowth = 100
const growthFree = 16 * 2 ** 20
/** Tiles and bundles of 500 million entries. */
const maxFiles = 4_000_000
/** Parts of a path, each a plain name; a single dot first, as `tar -C folder .` writes it. */
const plainPath =
  /^(?:\.\/)?(?:[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}\/){0,15}[A-Za-z0-9_][A-Za-z0-9_.+-]{0,99}\/?$/

/**
 * Unpacks an archive.
 *
 * @param folder empty and nobody else's
 * @throws AuditError AUDIT_ARCHIVE_INVALID
 */
export async function unpack(path: string, folder: string): Promise<void> {
  const { size } = statSync(path)
  if (size > maxArchiveBytes)
    throw invalid(`an archive of ${size} bytes, expected at most ${maxArchiveBytes}`)
  const limit = Math.min(maxUnpackedBytes, growthFree + size * maxGrowth)
  try {
    await unpackWithin(path, folder, limit)
  } catch (error) {
    if (error instanceof AuditError) throw error
    throw invalid(error instanceof Error ? error.message : String(error), error)
  }
}

async function unpackWithin(path: string, folder: string, limit: number): Promise<void> {
  const bytes = createReadStream(path)
  const bounded = boundOf(limit)
  const steps = kindOfFile(path) === 'gzip' ? [bytes, createGunzip(), bounded] : [bytes, bounded]
  // Ends every step when one of them fails; whoever reads the last one hears of it.
  pipeline(steps).catch(() => undefined)
  // Node's web streams are those of the standard; their types are kept apart from the browser's.
  const stream = Readable.toWeb(bounded) as unknown as ReadableStream<Uint8Array>
  let files = 0
  for await (const { header, body } of stream.pipeThrough(createTarDecoder({ strict: true }))) {
    if (++files > maxFiles) throw invalid(`more than ${maxFiles} files`)
    const name = nameOf(header)
    if (name === undefined) await body.cancel()
    else await writeFile(join(folder, name), body)
  }
}

/** Answers the name to write a file under, undefined for a folder; anything else is refused. */
function nameOf({ name, type }: TarHeader): string | undefined {
  if (type === 'directory' && (name === './' || plainPath.test(name))) return undefined
  if (type !== undefined && type !== 'file') throw invalid(`a ${type} in the archive, expected files only`)
  if (!plainPath.test(name)) throw invalid('a name that is not plain in the archive')
  return name
}

async function writeFile(path: string, body: ReadableStream<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // A name that comes twice is refused: which of both would count is nobody's to choose.
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of body) await writeWhole(file, chunk)
  } finally {
    await file.close()
  }
}

/** Writes all of a chunk: a full disk takes part of it first and fails only the next time. */
async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, done)
    done += bytesWritten
  }
}

function boundOf(limit: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > limit) done(invalid(`an archive that unpacks to more than ${limit} bytes`))
      else done(null, chunk)
    },
  })
}

function invalid(found: string, cause?: unknown): AuditError {
  return new AuditError('AUDIT_ARCHIVE_INVALID', `found ${found}`, { cause })
}
