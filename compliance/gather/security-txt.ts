/** `security.txt` of a door (RFC 9116): whether it is there, names a contact and has not expired. Nothing else of it is kept. */
import type { Json } from '../evidence.ts'

const textLimit = 65_536

/** Asks a door for it; never throws. `state` is `current`, `expired`, `invalid` or `missing`. */
export async function askSecurityTxt(
  base: string,
  { timeoutMillis, nowMillis }: { readonly timeoutMillis: number; readonly nowMillis: number },
): Promise<{ readonly answer: Json } | { readonly why: string }> {
  try {
    const response = await fetch(new URL('/.well-known/security.txt', base), {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMillis),
      headers: { 'user-agent': 'campanile-compliance' },
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return { answer: { state: 'missing', status: response.status } }
    }
    return { answer: { state: stateOf(await boundedText(response), nowMillis), status: 200 } }
  } catch {
    return { why: 'did not answer for security.txt' }
  }
}

/** Reads what RFC 9116 asks for: a contact, and one day on which it expires. */
export function stateOf(text: string, nowMillis: number): 'current' | 'expired' | 'invalid' {
  const fields = text.split(/\r?\n/).map((line) => /^([A-Za-z-]+):\s*(\S.*)$/.exec(line.trim()))
  const valuesOf = (name: string) =>
    fields.flatMap((found) => (found?.[1]?.toLowerCase() === name ? [found[2] ?? ''] : []))
  const [expires, ...more] = valuesOf('expires')
  const until = Date.parse(expires ?? '')
  if (valuesOf('contact').length === 0 || more.length > 0 || Number.isNaN(until)) return 'invalid'
  return until > nowMillis ? 'current' : 'expired'
}

async function boundedText(response: Response): Promise<string> {
  // A body of `fetch` is a stream of bytes.
  const body = response.body as AsyncIterable<Uint8Array> | null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.length
    if (length > textLimit) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, textLimit)
}
