/**
 * Reads a file that was chosen or dropped: an export, a proof, or an archive of both (an evidence pack). Whoever made
 * it controls every byte; all that comes out of it stays in memory, within a bound.
 */
import { createTarDecoder } from 'modern-tar'

export interface PackFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Bytes that may come out of one archive: an export of half a million entries. */
const maxBytes = 512 * 2 ** 20
const maxFiles = 10_000

/** Reads what a file holds: itself, or what is packed in it. @throws Error for an archive that is none or too large */
export async function readPack(file: File): Promise<PackFile[]> {
  if (file.size > maxBytes) throw new Error(`the file has more than ${maxBytes} bytes: use audit verify`)
  const head = new Uint8Array(await file.slice(0, 512).arrayBuffer())
  if (head[0] === 0x1f && head[1] === 0x8b) {
    return readTar(file.stream().pipeThrough(new DecompressionStream('gzip')))
  }
  const magic = String.fromCharCode(...head.subarray(257, 262))
  if (magic === 'ustar') return readTar(file.stream())
  return [{ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }]
}

async function readTar(stream: ReadableStream<Uint8Array>): Promise<PackFile[]> {
  const files: PackFile[] = []
  let bytes = 0
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > maxBytes) controller.error(new Error(`the archive holds more than ${maxBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const entries = stream
    .pipeThrough(bounded)
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader()
  for (let next = await entries.read(); !next.done; next = await entries.read()) {
    const { header, body } = next.value
    if (files.length >= maxFiles) throw new Error(`the archive holds more than ${maxFiles} files`)
    const isFile = header.type === undefined || header.type === 'file'
    if (isFile) {
      files.push({
        name: header.name.replace(/^\.\//, ''),
        bytes: new Uint8Array(await new Response(body).arrayBuffer()),
      })
    } else await body.cancel()
  }
  return files
}
