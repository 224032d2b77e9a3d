/**
 * An evidence bundle: what was read (hashes), what was found (facts), what came of it (posture), by which rules, and a
 * statement over all of it. The same inputs at the same clock give the same bytes.
 */
import type { KeyObject } from 'node:crypto'
import type { Posture } from '../../contracts/posture.ts'
import { checklistPath, type MeasuredItem } from '../checklist.ts'
import type { Evidence } from '../evidence.ts'
import { frameworks } from '../framework-criteria.ts'
import type { Waiver } from '../score/waiver.ts'
import { pack } from './archive.ts'
import { withoutSecrets, writeFacts } from './facts.ts'
import type { Ages } from '../score/ages.ts'
import { trustedOf } from './judge-again.ts'
import { envelopeOf, sha256Of, statementOf } from './statement.ts'

export interface BundleParts {
  readonly posture: Posture
  readonly evidence: Evidence
  readonly measured: readonly MeasuredItem[]
  readonly waivers: readonly Waiver[]
  /** Writes down since when the failures of the posture stand. */
  readonly failingSince: () => Ages
  /** Private Ed25519 key that signs the statement. */
  readonly key?: KeyObject
}

/** Names of what a bundle holds beside its statement. */
export const partNames = [
  'inputs.json',
  'facts.json',
  'posture.json',
  'waivers.json',
  'failing-since.json',
  'trusted.json',
  'frameworks.json',
  'versions.json',
] as const
export const statementName = 'statement.dsse.json'

/** Makes a bundle. */
export async function makeBundle(parts: BundleParts): Promise<Buffer> {
  const { posture, evidence, measured, waivers, failingSince, key } = parts
  const facts = withoutSecrets(evidence)
  const trusted = trustedOf({ posture, evidence, waivers, measured }, facts)
  const contents: Readonly<Record<(typeof partNames)[number], string>> = {
    'inputs.json': JSON.stringify(inputsOf(evidence), null, 1),
    'facts.json': writeFacts(facts),
    'posture.json': JSON.stringify(posture),
    'waivers.json': JSON.stringify(waivers),
    'failing-since.json': JSON.stringify(Object.fromEntries(failingSince())),
    'trusted.json': JSON.stringify(trusted),
    'frameworks.json': JSON.stringify(frameworkMap(measured), null, 1),
    'versions.json': JSON.stringify(versionsOf(posture), null, 1),
  }
  const named = partNames.map((name) => [name, contents[name]] as const)
  const hashed = named.map(([name, text]) => ({ name, sha256: sha256Of(text) }))
  const envelope = JSON.stringify(envelopeOf(statementOf(posture, hashed), key))
  return pack(new Map([...named, [statementName, envelope]]))
}

/** Every file with its hash; what lives has none, and is named by what was asked. */
function inputsOf({ files = new Map<string, Uint8Array>(), sources }: Evidence): object[] {
  const names = [...new Set([...sources, ...files.keys()])].sort()
  return names.map((name) => {
    const bytes = files.get(name)
    return bytes === undefined ? { name } : { name, bytes: bytes.length, sha256: sha256Of(bytes) }
  })
}

/** Which edition of each framework, and what each item maps to. */
export function frameworkMap(measured: readonly MeasuredItem[]): object {
  return {
    editions: Object.fromEntries(Object.entries(frameworks).map(([id, { edition }]) => [id, edition])),
    items: Object.fromEntries(measured.map(({ item }) => [item.id, item.map])),
  }
}

function versionsOf({ ruleset }: Posture): object {
  return {
    bundle: 2,
    checker: 'Campanile 0.1.0',
    ruleset,
    checklist: checklistPath.slice(checklistPath.lastIndexOf('/') + 1),
  }
}
