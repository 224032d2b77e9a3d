/**
 * What a door gives to an account of the scan's own: `session.login` (status and flags of cookies), `session.token.
 * {alg,life_seconds}` of the access token, and `session.refresh.{first,second}`, the answers to one refresh token shown
 * twice. Tokens and values of cookies are used and not kept.
 */
import type { Json } from '../evidence.ts'
import { valueOf, type Outcome, type Probe } from './http-ask.ts'
import { type Value, valueOfJson } from './value.ts'

interface Account {
  readonly loginPath: string
  readonly body: Readonly<Record<string, string>>
  readonly refreshPath?: string
}

const bodyBytes = 65_536

/** Logs in once, and where a path for it is given refreshes twice with the same token. */
export async function probeSession(
  ask: (probe: Probe) => Promise<Outcome>,
  { loginPath, body, refreshPath }: Account,
): Promise<Value> {
  const headers = { 'content-type': 'application/json' }
  const login = await ask({ method: 'POST', path: loginPath, headers, body: JSON.stringify(body), bodyBytes })
  const entries: [string, Value][] = [['login', valueOf(login)]]
  if ('why' in login) return { kind: 'map', entries: new Map(entries) }
  const token = [...tokensIn(login.body), ...login.cookies.map(valueIn)]
    .map(readToken)
    .find((each) => each !== undefined)
  if (token !== undefined) entries.push(['token', valueOfJson(token)])
  if (refreshPath !== undefined) {
    const cookie = login.cookies.map((each) => each.split(';')[0] ?? '').join('; ')
    const again: Probe = { method: 'POST', path: refreshPath, headers: { ...headers, cookie }, body: '{}' }
    const answers: [string, Value][] = []
    for (const name of ['first', 'second']) answers.push([name, valueOf(await ask(again))])
    entries.push(['refresh', { kind: 'map', entries: new Map(answers) }])
  }
  return { kind: 'map', entries: new Map(entries) }
}

function valueIn(cookie: string): string {
  return (cookie.split(';')[0] ?? '').split('=').slice(1).join('=')
}

/** Texts of an answer that look like tokens, the access token first. */
function tokensIn(body: string): string[] {
  try {
    const parsed: unknown = JSON.parse(body)
    const texts = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []
    return texts
      .toSorted(([left], [right]) => Number(/access/i.test(right)) - Number(/access/i.test(left)))
      .flatMap(([, value]) => (typeof value === 'string' ? [value] : []))
  } catch {
    return []
  }
}

/** Reads algorithm and life of a JWT without checking it; undefined for anything else. */
function readToken(text: string): Readonly<Record<string, Json>> | undefined {
  const [head = '', claims = '', ...rest] = text.split('.')
  if (rest.length !== 1) return undefined
  try {
    const { alg } = decode(head)
    const { iat, exp } = decode(claims)
    const life = typeof iat === 'number' && typeof exp === 'number' ? { life_seconds: exp - iat } : {}
    return typeof alg === 'string' ? { alg: alg.slice(0, 16), ...life } : undefined
  } catch {
    return undefined
  }
}

function decode(part: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  // A claim is read as number or text or not at all.
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
}
