/**
 * What a door does with what nobody should send: `jwks.keys.N`, the public keys it shows; and, where somebody allowed
 * it, `forged.{none,hs256}`, tokens anybody could make; `burst`, `login_burst` and `assistant`, many questions at once;
 * `unsigned_post`, a change without a token against forgery.
 */
import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Json } from '../evidence.ts'
import { valueOf, type Outcome, type Probe } from './http-ask.ts'
import { type Value, valueOfJson } from './value.ts'

export type Ask = (probe: Probe) => Promise<Outcome>

export interface Active {
  readonly loginPath?: string
  readonly assistantPath?: string
  readonly statePath?: string
  /** A path that refuses who shows no credentials. */
  readonly path: string | undefined
  readonly keys: readonly JsonWebKey[]
}

/** Enough for a limit of 10 each second with a burst of twice that. */
const burst = 60
/** More than the five failures after which an account is closed. */
const logins = 12
/** One more than two calls each minute. */
const calls = 3
const keyLimit = 20
const json = { 'content-type': 'application/json' }

/** Reads the keys a door publishes for its tokens. */
export async function probeKeys(
  ask: Ask,
): Promise<{ readonly keys: readonly JsonWebKey[]; readonly entry: Value }> {
  const found = await ask({ method: 'GET', path: '/.well-known/jwks.json', bodyBytes: 65_536 })
  if ('why' in found) return { keys: [], entry: { kind: 'unknown', why: found.why } }
  const keys = found.answer['status'] === 200 ? keysIn(found.body) : []
  const shown = keys.map(({ kty, alg, use, crv }) => ({ kty, alg, use, crv }))
  return { keys, entry: valueOfJson({ status: found.answer['status'], keys: shown }) }
}

function keysIn(body: string): JsonWebKey[] {
  try {
    const parsed: unknown = JSON.parse(body)
    const keys: unknown = typeof parsed === 'object' && parsed !== null && 'keys' in parsed ? parsed.keys : []
    // Each member is read as text or not at all.
    return Array.isArray(keys) ? keys.filter(isObject).slice(0, keyLimit) : []
  } catch {
    return []
  }
}

function isObject(value: unknown): value is JsonWebKey {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tries what was allowed, one kind after the other. */
export async function probeActively(ask: Ask, active: Active): Promise<[string, Value][]> {
  const { path, loginPath, assistantPath, statePath, keys } = active
  const entries: [string, Value][] = []
  if (path !== undefined) {
    const tokens = { none: forge('none', ''), hs256: forge('HS256', publicText(keys)) }
    const answers: [string, Value][] = []
    for (const [name, token] of Object.entries(tokens)) {
      const headers = { authorization: `Bearer ${token}`, cookie: `access_token=${token}` }
      answers.push([name, valueOf(await ask({ method: 'GET', path, headers }))])
    }
    entries.push(['forged', { kind: 'map', entries: new Map(answers) }])
  }
  if (statePath !== undefined) {
    const headers = { ...json, origin: 'https://stranger.example' }
    entries.push([
      'unsigned_post',
      valueOf(await ask({ method: 'POST', path: statePath, headers, body: '{}' })),
    ])
  }
  if (loginPath !== undefined) entries.push(['login_burst', await many(ask, logins, wrongLogin(loginPath))])
  if (assistantPath !== undefined) {
    const probe = { method: 'POST', path: assistantPath, headers: json, body: '{}' }
    entries.push(['assistant', await many(ask, calls, probe)])
  }
  entries.push(['burst', await many(ask, burst, { method: 'GET', path: path ?? '/' })])
  return entries
}

function wrongLogin(path: string): Probe {
  const nobody = 'nobody-of-the-scan@stranger.example'
  const body = JSON.stringify({ email: nobody, username: nobody, password: 'no password of anybody' })
  return { method: 'POST', path, headers: json, body }
}

/** Asks the same many times, twenty at once, and counts who was told to wait. */
async function many(ask: Ask, count: number, probe: Probe): Promise<Value> {
  const statuses: Json[] = []
  while (statuses.length < count) {
    const size = Math.min(20, count - statuses.length)
    const answers = await Promise.all(Array.from({ length: size }, () => ask(probe)))
    for (const each of answers) statuses.push('why' in each ? null : (each.answer['status'] ?? null))
  }
  const refused = statuses.filter((status) => status === 429 || status === 423 || status === 503).length
  const answered = statuses.filter((status) => status !== null).length
  return answered === 0
    ? { kind: 'unknown', why: 'answered none of many questions' }
    : valueOfJson({ sent: count, answered, refused })
}

/** A token that only a door that checks nothing takes: with no signature, or signed with a key everybody knows. */
function forge(alg: 'none' | 'HS256', secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${part({ alg, typ: 'JWT' })}.${part({ sub: 'nobody-of-the-scan', role: 'student', exp: 4_102_444_800 })}`
  return `${head}.${alg === 'none' ? '' : createHmac('sha256', secret).update(head).digest('base64url')}`
}

/** The public key as the text a careless verifier would take for a shared secret. */
function publicText([key]: readonly JsonWebKey[]): string {
  if (key === undefined) return 'secret'
  try {
    return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    return 'secret'
  }
}
