/**
 * Time stamps (RFC 3161) of checkpoints: the request, and what its answer is about. The authority's signature is
 * not verified here but by whoever trusts its certificate (`openssl ts -verify`); an answer about another text or
 * another request is refused.
 */
import { AuditError } from './errors.ts'
import { hashBytes } from './hash.ts'

export interface Stamp {
  /** When the authority saw the hash, by its clock: milliseconds since the epoch. */
  readonly timeMillis: number
}

/** What a request asks about; the answer must be about the same. */
export interface StampRequest {
  /** SHA-256 of the text. */
  readonly hash: Uint8Array
  /** 8 random bytes. */
  readonly nonce: Uint8Array
}

/** An element of DER: its tag and its content. */
interface Element {
  readonly tag: number
  readonly content: Buffer
}

const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  sequence: 0x30,
  context0: 0xa0,
  time: 0x18,
} as const
/** AlgorithmIdentifier of SHA-256 with NULL parameters (RFC 5754 §2.2). */
const sha256Algorithm = Buffer.from('300d06096086480165030402010500', 'hex')
/** The same without parameters, as some authorities write it. */
const sha256Bare = Buffer.from('300b0609608648016503040201', 'hex')
/** granted, grantedWithMods (RFC 3161 §2.4.2). */
const grantedStatuses = new Set(['00', '01'])

/** Writes a TimeStampReq that asks for the authority's certificate too. */
export function writeStampRequest({ hash, nonce }: StampRequest): Buffer {
  const imprint = der(tags.sequence, sha256Algorithm, der(tags.octets, hash))
  const version = der(tags.integer, Buffer.of(1))
  const certificate = der(tags.boolean, Buffer.of(0xff))
  return der(tags.sequence, version, imprint, der(tags.integer, positive(nonce)), certificate)
}

/**
 * Reads a TimeStampResp and holds it against what was asked.
 *
 * @param reply attacker-controlled
 * @throws AuditError AUDIT_TIMESTAMP_MALFORMED
 */
export function readStampReply(reply: Uint8Array, request: StampRequest): Stamp {
  const [response, ...rest] = elements(Buffer.from(reply))
  const [status, token] = within(response, tags.sequence)
  const [code] = within(status, tags.sequence)
  if (rest.length > 0 || code?.tag !== tags.integer || !grantedStatuses.has(code.content.toString('hex'))) {
    throw malformed('no time stamp that was granted')
  }
  return readInfo(infoOf(token), request)
}

/** Finds the TSTInfo in the token: ContentInfo, SignedData, EncapsulatedContentInfo, octets. */
function infoOf(token: Element | undefined): Element | undefined {
  const [, explicit] = within(token, tags.sequence)
  const [signed] = within(explicit, tags.context0)
  const [, , encapsulated] = within(signed, tags.sequence)
  const [, explicitContent] = within(encapsulated, tags.sequence)
  const [octets] = within(explicitContent, tags.context0)
  if (octets?.tag !== tags.octets) throw malformed('a token without content')
  return elements(octets.content)[0]
}

function readInfo(info: Element | undefined, { hash, nonce }: StampRequest): Stamp {
  const [, , imprint, , time, ...optional] = within(info, tags.sequence)
  const [algorithm, digest] = within(imprint, tags.sequence)
  const written = algorithm === undefined ? Buffer.alloc(0) : der(algorithm.tag, algorithm.content)
  const isSha256 = written.equals(sha256Algorithm) || written.equals(sha256Bare)
  if (!isSha256 || digest?.content.length !== hashBytes || !digest.content.equals(hash)) {
    throw malformed('a time stamp of another text')
  }
  // Accuracy and ordering may stand before it; both have other tags.
  const answered = optional.find(({ tag }) => tag === tags.integer)
  if (answered?.content.equals(positive(nonce)) !== true) throw malformed('the answer to another request')
  return { timeMillis: readTime(time) }
}

/** Reads a GeneralizedTime as RFC 3161 writes it: UTC, with seconds and maybe a fraction. */
function readTime(time: Element | undefined): number {
  const text = time?.tag === tags.time ? time.content.toString('latin1') : ''
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text)
  if (parts === null) throw malformed('no time')
  const [, year, month, day, hour, minute, second, fraction = ''] = parts
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`)
  if (Number.isNaN(millis)) throw malformed('no time')
  return millis
}

function within(element: Element | undefined, tag: number): Element[] {
  if (element?.tag !== tag) throw malformed('another structure')
  return elements(element.content)
}

/** Cuts bytes into the DER elements they are made of. */
function elements(bytes: Buffer): Element[] {
  const found: Element[] = []
  let at = 0
  while (at < bytes.length) {
    const { start, end } = bounds(bytes, at)
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, end) })
    at = end
  }
  return found
}

function bounds(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes[at + 1]
  if (first === undefined) throw malformed('an element without length')
  if (first < 0x80) return bounded(bytes, at + 2, first)
  const count = first - 0x80
  // No answer has an element beyond 2^32 bytes, and DER knows no indefinite length.
  if (count === 0 || count > 4 || at + 2 + count > bytes.length) throw malformed('a broken length')
  return bounded(bytes, at + 2 + count, bytes.readUIntBE(at + 2, count))
}

function bounded(bytes: Buffer, start: number, length: number): { start: number; end: number } {
  if (start + length > bytes.length) throw malformed('an element that goes on after the end')
  return { start, end: start + length }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  // Requests are short, and what is written again of an answer is an algorithm's name.
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}

/** Writes bytes as a positive INTEGER's content: shortest form, no sign bit. */
function positive(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const shortest = first < 0 ? Buffer.of(0) : Buffer.from(bytes.subarray(first))
  return (shortest[0] ?? 0) < 0x80 ? shortest : Buffer.concat([Buffer.of(0), shortest])
}

function malformed(found: string): AuditError {
  return new AuditError('AUDIT_TIMESTAMP_MALFORMED', `found ${found}, expected a time stamp of this request`)
}
