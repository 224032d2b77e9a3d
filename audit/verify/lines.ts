/** Cuts a byte stream into lines; whoever wrote it controls every byte, so a line is bounded while it is read. */

/** Most bytes of a line: an entry is far below, and a file without line ends must not fill the memory. */
export const maxLineBytes = 1_048_576

/** What stands for a line that is too long or not UTF-8: it is no JSON, so whoever reads it refuses it. */
const unreadable = '\u{fffd}'
const lineFeed = 0x0a

/** Yields lines without their ends. After one that is too long nothing follows. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let rest: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      if (length + end - start > maxLineBytes) return yield unreadable
      yield textOf([...rest, chunk.subarray(start, end)])
      rest = []
      length = 0
      start = end + 1
    }
    length += chunk.length - start
    if (length > maxLineBytes) return yield unreadable
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (length > 0) yield textOf(rest)
}

function textOf(parts: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts))
  } catch {
    return unreadable
  }
}
