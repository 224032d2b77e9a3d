/** Paths as references (RFC 3986). */

/** Writes a path as a reference: relative as it was scanned, or `file:` where it begins at the root. */
export function uriOf(path: string): string {
  if (/^[\w./-]*$/.test(path)) return path.startsWith('/') ? `file://${path}` : path
  const slashed = path.replaceAll('\\', '/')
  const encoded = slashed.split('/').map(encode).join('/')
  return slashed.startsWith('/') ? `file://${encoded}` : encoded
}

/** A name of a file may hold what no URI does: half a surrogate pair is written as U+FFFD. */
function encode(segment: string): string {
  return encodeURIComponent(segment.toWellFormed())
}
