/** Verifies a bundle with nothing but itself: hashes, signature, and the findings by judging its facts again. */
import type { KeyObject } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Posture } from '../../contracts/posture.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import type { MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { Waiver } from '../score/waiver.ts'
import { waiverFaults } from '../waivers.ts'
import { unpack } from './archive.ts'
import { holdsHidden, readFacts } from './facts.ts'
import { differencesOf, rebuild, Trusted } from './judge-again.ts'
import { frameworkMap, partNames, statementName } from './make-bundle.ts'
import { isSignedBy, sha256Of, statementOf } from './statement.ts'

export interface BundleOutcome {
  /** What is wrong; empty when everything holds. */
  readonly faults: readonly string[]
  /** What could not be verified though nothing is wrong with it. */
  readonly notes: readonly string[]
  /** Made anew from the facts. */
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
    predicate: Type.Object({}, open),
  },
  open,
)
const Versions = Type.Object({ bundle: Type.Literal(2), ruleset: Type.String() }, open)

const checkEnvelope = validator(Envelope)
const checkStatement = validator(Statement)
const checkVersions = validator(Versions)
const checkPosture = validator(Posture)
const checkWaivers = validator(Type.Array(Waiver))
const checkTrusted = validator(Trusted)
const checkAges = validator(Type.Record(Type.String(), Type.Number()))
const checkInputs = validator(Type.Array(Type.Object({ name: Type.String() }, open)))

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
  const judged = judgeOutcome(texts, { statement, measured: options.measured })
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

interface Judging {
  readonly statement: Static<typeof Statement>
  readonly measured: readonly MeasuredItem[]
}

function judgeOutcome(texts: ReadonlyMap<string, string>, { statement, measured }: Judging): BundleOutcome {
  const parts = readParts(texts)
  if (typeof parts === 'string') return { faults: [`${parts} has another shape`], notes: [] }
  const { posture, waivers, trusted } = parts
  try {
    const evidence = readFacts(texts.get('facts.json') ?? '')
    const { ruleset } = parts.versions
    const [believed, refused] = divide(trusted, ({ id }) => restsOnSecrets(id, { evidence, measured }))
    const again = rebuild({ ...parts, evidence, measured, trusted: believed })
    const faults = [
      ...(again.ruleset === posture.ruleset && ruleset === posture.ruleset
        ? []
        : [`it was judged by other rules (${posture.ruleset}) than these (${again.ruleset})`]),
      ...refused.map(({ id }) => `${id} is to be taken on trust and rests on no secret`),
      ...differencesOf(posture, again, believed),
      ...statementFaults(statement, posture),
      ...waivers.flatMap((waiver) => faultsOfWaiver(waiver, { posture, measured })),
      ...inputFaults(texts, { evidence, measured }),
    ]
    const onTrust = believed.map(({ id }) => `${id} ${stateOf(again, id)}`)
    const note = `not judged again, they rest on secrets and are as the maker says: ${onTrust.join(', ')}`
    return { faults, notes: onTrust.length === 0 ? [] : [note], posture: again }
  } catch (error) {
    return { faults: [`facts.json cannot be judged: ${messageOf(error)}`], notes: [] }
  }
}

/** Reads what a bundle holds beside its facts; the name of the first part of another shape. */
function readParts(texts: ReadonlyMap<string, string>) {
  const versions = parse(texts, 'versions.json', checkVersions)
  if (versions === undefined) return 'versions.json'
  const posture = parse(texts, 'posture.json', checkPosture)
  if (posture === undefined) return 'posture.json'
  const waivers = parse(texts, 'waivers.json', checkWaivers)
  if (waivers === undefined) return 'waivers.json'
  const trusted = parse(texts, 'trusted.json', checkTrusted)
  if (trusted === undefined) return 'trusted.json'
  const ages = parse(texts, 'failing-since.json', checkAges)
  if (ages === undefined) return 'failing-since.json'
  return { versions, posture, waivers, trusted, failingSince: new Map(Object.entries(ages)) }
}

function divide<T>(values: readonly T[], isFirst: (value: T) => boolean): readonly [T[], T[]] {
  return [values.filter(isFirst), values.filter((value) => !isFirst(value))]
}

/** A statement says what its posture says and nothing more. */
function statementFaults({ predicate }: Static<typeof Statement>, posture: Posture): string[] {
  const expected = JSON.stringify(statementOf(posture, []).predicate)
  return JSON.stringify(predicate) === expected ? [] : ['the statement says otherwise than the posture']
}

/** The rules of the file of waivers, which a bundle need not have been made from, hold in it too. */
function faultsOfWaiver(
  waiver: Waiver,
  { posture, measured }: { readonly posture: Posture; readonly measured: readonly MeasuredItem[] },
): string[] {
  const severities = new Map(measured.map(({ item }) => [item.id, item.sev]))
  const found = waiverFaults(waiver, { severities, nowMillis: Date.parse(posture.scannedAt) })
  // One that was granted later was in force for nobody.
  return found
    .filter(([key]) => key !== 'granted')
    .map(([key, expected]) => `a waiver of ${waiver.control} is none: ${key}, expected ${expected}`)
}

function inputFaults(
  texts: ReadonlyMap<string, string>,
  { evidence, measured }: { readonly evidence: Evidence; readonly measured: readonly MeasuredItem[] },
): string[] {
  const inputs = new Set(parse(texts, 'inputs.json', checkInputs)?.map(({ name }) => name))
  const unnamed = evidence.sources.filter((source) => !inputs.has(source))
  const isMapped = texts.get('frameworks.json') === JSON.stringify(frameworkMap(measured), null, 1)
  return [
    ...unnamed.slice(0, 20).map((source) => `inputs.json does not name ${source}`),
    ...(isMapped ? [] : ['frameworks.json maps items otherwise than these rules']),
  ]
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
