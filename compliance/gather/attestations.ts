/**
 * Statements people signed for items that no machine decides alone, from a file the house keeps itself. Every item that
 * may be attested is one resource `statement`, named by its id; of an item nobody signed for nothing is known. A
 * document that is gone or was changed after somebody signed takes the statement with it.
 */
import { createHash } from 'node:crypto'
import { constants, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import Type, { type Static } from 'typebox'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { ConfigError, jsonFile, type ConfigFault } from '../../lib/config.ts'
import type { Position, Resource } from '../evidence.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

const day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const words = (minLength: number) => Type.String({ minLength, maxLength: 500 })

const Attestation = Type.Object(
  {
    item: Type.String({ pattern: '^[A-Z]{3}-\\d{2}$' }),
    /** What is signed for, in the signer's words. */
    statement: words(10),
    signer: words(2),
    /** What the signer is in this house. */
    role: words(2),
    document: Type.Object(
      {
        /** Path from the folder of this file. */
        file: words(1),
        /** Of the bytes that were there when somebody signed, as hexadecimal digits. */
        sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      },
      { additionalProperties: false },
    ),
    signed: day,
    /** Last day it holds. */
    expires: day,
  },
  { additionalProperties: false },
)
type Attestation = Static<typeof Attestation>

const AttestationsFile = Type.Object(
  { version: Type.Literal(1), attestations: Type.Array(Attestation, { maxItems: 500 }) },
  { additionalProperties: false },
)

const dayMillis = 86_400_000
/** A larger document is not read, and what it proves is not known. */
const documentBytesLimit = 64_000_000

/** The statements of a house, checked, with the items that may be attested. */
export interface Attestations {
  readonly path: string
  /** Items that people may answer for, wholly or in part. */
  readonly items: readonly string[]
  readonly signed: readonly (Attestation & { readonly line: number })[]
}

/**
 * Reads and checks a file of attestations, YAML or JSON.
 *
 * @param items that people may answer for, with the longest life of a statement in days
 * @throws ConfigError with every fault and its line
 */
export function readAttestations(path: string, items: ReadonlyMap<string, number>): Attestations {
  const { attestations } = jsonFile('attestations', AttestationsFile).read(path)
  const lineOf = linesOf(path)
  const faults = attestations.flatMap((attestation, index) =>
    faultsOf(attestation, { items, before: attestations.slice(0, index) }).map(
      ([key, expected]): ConfigFault => ({
        source: path,
        line: lineOf(['attestations', index, key]),
        key: `attestations.${index}.${key}`,
        expected,
      }),
    ),
  )
  if (faults.length > 0) throw new ConfigError(faults)
  const signed = attestations.map((each, index) => ({ ...each, line: lineOf(['attestations', index]) }))
  return { path, items: [...items.keys()], signed }
}

/** The schema has passed the file: it can be parsed. */
function linesOf(path: string): (keys: readonly (string | number)[]) => number {
  const lineCounter = new LineCounter()
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter })
  return (keys) => {
    const node = document.getIn(keys, true)
    return isNode(node) ? lineCounter.linePos(node.range?.[0] ?? 0).line : 1
  }
}

interface Beside {
  readonly items: ReadonlyMap<string, number>
  readonly before: readonly Attestation[]
}

function faultsOf({ item, signed, expires }: Attestation, { items, before }: Beside): [string, string][] {
  const faults: [string, string][] = []
  const longest = items.get(item)
  if (longest === undefined) {
    return [['item', `an item that people may answer for, wholly or in part, found ${item}`]]
  }
  if (before.some((other) => other.item === item)) faults.push(['item', `one statement for ${item}`])
  const days = (Date.parse(expires) - Date.parse(signed)) / dayMillis
  if (!(days >= 0 && days <= longest)) {
    faults.push(['expires', `a day at most ${longest} days after signed, found ${days}`])
  }
  return faults
}

/** Tells what each statement proves on the day of the scan; never throws. */
export async function gatherAttestations(
  { path, items, signed }: Attestations,
  nowMillis: number,
): Promise<Gathered> {
  const resources: Resource[] = []
  for (const item of items) {
    const attestation = signed.find((each) => each.item === item)
    const line = attestation?.line ?? 1
    const position: Position = { file: path, startLine: line, endLine: line }
    const value: Value =
      attestation === undefined
        ? { kind: 'unknown', why: 'nobody signed for it' }
        : valueOfJson(await attributesOf(attestation, path, nowMillis))
    resources.push(resourceOf(item, position, value))
  }
  return { resources, faults: [] }
}

async function attributesOf(attestation: Attestation, path: string, nowMillis: number) {
  const { statement, signer, role, document, signed, expires } = attestation
  const state = dayState(attestation, nowMillis) ?? (await documentState(document, path))
  return { state, statement, signer, role, document, signed, expires }
}

function dayState({ signed, expires }: Attestation, nowMillis: number): string | undefined {
  if (nowMillis >= Date.parse(expires) + dayMillis) return 'expired'
  return nowMillis < Date.parse(signed) ? 'signed on a day that has not come' : undefined
}

async function documentState({ file, sha256 }: Attestation['document'], path: string): Promise<string> {
  const digest = await hashDocument(resolve(dirname(path), file))
  if (digest === undefined) return 'without the document it names'
  return digest === sha256 ? 'current' : 'about a document that was changed since'
}

/** The hash of a regular file within bounds; undefined for everything else. */
async function hashDocument(path: string): Promise<string | undefined> {
  try {
    // Without O_NONBLOCK a named pipe nobody writes to would hold the scan for ever.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > documentBytesLimit) return undefined
    const hash = createHash('sha256')
    const buffer = Buffer.alloc(65_536)
    for (let length = 0; length <= documentBytesLimit;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return undefined
  } catch {
    return undefined
  }
}

function resourceOf(item: string, position: Position, value: Value): Resource {
  return {
    kind: 'attestation',
    type: 'statement',
    name: item,
    address: `statement.${item}`,
    position,
    attributes: flatten(value, position),
  }
}
