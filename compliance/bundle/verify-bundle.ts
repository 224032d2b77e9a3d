/** Verifies a bundle with nothing but itself: hashes, signature, and the findings by judging its facts again. */
import type { KeyObject } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Posture } from '../../contracts/posture.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { Waiver } from '../score/waiver.ts'
import { unpack } from './archive.ts'
import { holdsHidden, readFacts } from './facts.ts'
import { differingItems } from './judge-again.ts'
import { partNames, statementName } from './make-bundle.ts'
import { isSignedBy, sha256Of } from './statement.ts'

export interface BundleOutcome {
  /** What is wrong; empty when everything holds. */
  readonly faults: readonly string[]
  /** What could not be verified though nothing is wrong with it. */
  readonly notes: readonly string[]
  readonly posture?: Posture
}

const open = { additionalProperties: true }
const Envelope = Type.Object(
  {
    payloadType: Type.String(),
    payload: Type.String(),
    signatures: Type.Array(Type.Object({ keyid: Type.String(), sig: Type.String() }, open)),
  },
  open,
)
const Statement = Type.Object(
  {
    subject: Type.Array(
      Type.Object({ name: Type.String(), digest: Type.Object({ sha256: Type.String() }, open) }, open),
    ),
  },
  open,
)
const Versions = Type.Object(
  { bundle: Type.Literal(1), ruleset: Type.String(), notJudgedAgain: Type.Array(Type.String()) },
  open,
)

const checkEnvelope = validator(Envelope)
const checkStatement = validator(Statement)
const checkVersions = validator(Versions)
const checkPosture = validator(Posture)
const checkWaivers = validator(Type.Array(Waiver))

export interface VerifyOptions {
  readonly measured: readonly MeasuredItem[]
  /** Public key the statement has to be signed with; without it a signature is only told. */
  readonly key?: KeyObject
}

/** Verifies the bytes of a bundle. @throws ComplianceError BUNDLE_INVALID when they are no bundle at all */
export async function verifyBundle(bytes: Uint8Array, options: VerifyOptions): Promise<BundleOutcome> {
  const texts = await unpack(bytes)
  const envelope = parse(texts, statementName, checkEnvelope)
  if (envelope === undefined) return { faults: [`${statementName} is missing or no envelope`], notes: [] }
  const statement = parseText(Buffer.from(envelope.payload, 'base64').toString('utf8'), checkStatement)
  if (statement === undefined) return { faults: ['the payload is no statement'], notes: [] }
  const hashes = hashFaults(texts, statement)
  const { faults, notes } = signatureOutcome(envelope, options.key)
  if (hashes.length > 0) return { faults: [...faults, ...hashes], notes }
  const judged = judgeOutcome(texts, options.measured)
  return { ...judged, faults: [...faults, ...judged.faults], notes: [...notes, ...judged.notes] }
}

function hashFaults(texts: ReadonlyMap<string, string>, { subject }: Static<typeof Statement>): string[] {
  const stated = new Map(subject.map(({ name, digest }) => [name, digest.sha256]))
  const missing = partNames.filter((name) => !stated.has(name) || !texts.has(name))
  const strays = [...texts.keys()].filter((name) => name !== statementName && !stated.has(name))
  const changed = [...stated].filter(
    ([name, hash]) => texts.has(name) && sha256Of(texts.get(name) ?? '') !== hash,
  )
  return [
    ...missing.map((name) => `${name} is missing`),
    ...strays.map((name) => `${name} is in no statement`),
    ...changed.map(([name]) => `${name} has another hash than was stated`),
  ]
}

function signatureOutcome(
  envelope: Static<typeof Envelope>,
  key: KeyObject | undefined,
): { readonly faults: string[]; readonly notes: string[] } {
  if (key !== undefined) {
    return isSignedBy(envelope, key)
      ? { faults: [], notes: [] }
      : { faults: ['it is not signed by the given key'], notes: [] }
  }
  const note =
    envelope.signatures.length === 0
      ? 'nobody signed it: whoever changed it could have made it anew'
      : `a signature was not verified: no key was given (${envelope.signatures.map(({ keyid }) => keyid).join(', ')})`
  return { faults: [], notes: [note] }
}

function judgeOutcome(texts: ReadonlyMap<string, string>, measured: readonly MeasuredItem[]): BundleOutcome {
  const versions = parse(texts, 'versions.json', checkVersions)
  const posture = parse(texts, 'posture.json', checkPosture)
  const waivers = parse(texts, 'waivers.json', checkWaivers)
  if (versions === undefined || posture === undefined || waivers === undefined) {
    return { faults: ['versions.json, posture.json or waivers.json has another shape'], notes: [] }
  }
  try {
    const evidence = readFacts(texts.get('facts.json') ?? '')
    const skipped = versions.notJudgedAgain.filter((id) => restsOnSecrets(id, { evidence, measured }))
    const differing = differingItems({ posture, evidence, waivers, measured }).filter(
      (id) => !skipped.includes(id),
    )
    const faults = differing.map(
      (id) => `${id} comes out otherwise when its facts are judged again by these rules`,
    )
    const notes =
      skipped.length === 0
        ? []
        : [
            `not judged again, they rest on secrets and are as the maker says: ${skipped.map((id) => `${id} ${stateOf(posture, id)}`).join(', ')}`,
          ]
    return { faults, notes, posture }
  } catch (error) {
    return { faults: [`facts.json cannot be judged: ${messageOf(error)}`], notes: [], posture }
  }
}

function stateOf({ items }: Posture, id: string): string {
  return items.find((item) => item.id === id)?.state ?? 'outside'
}

/** What a maker calls a secret is believed only where something was hidden. */
function restsOnSecrets(
  id: string,
  { evidence, measured }: { readonly evidence: Evidence; readonly measured: readonly MeasuredItem[] },
): boolean {
  const control = measured.find(({ item }) => item.id === id)?.control
  return (
    control !== undefined && evidence.resources.some((each) => control.applies(each) && holdsHidden(each))
  )
}

type Check<T> = (value: unknown) => { readonly valid: true; readonly value: T } | { readonly valid: false }

function parse<T>(texts: ReadonlyMap<string, string>, name: string, check: Check<T>): T | undefined {
  const text = texts.get(name)
  return text === undefined ? undefined : parseText(text, check)
}

function parseText<T>(text: string, check: Check<T>): T | undefined {
  try {
    const outcome = check(JSON.parse(text))
    return outcome.valid ? outcome.value : undefined
  } catch {
    // No JSON is no document of the right shape.
    return undefined
  }
}
