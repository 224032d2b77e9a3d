/** Builds leaf v2 and its commitments as `contracts/leaf.ts` defines them. Salts arrive from outside. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { factsDomain, leafDomain, personalDomain, type Leaf } from '../../contracts/leaf.ts'
import { hashJoined } from './hash.ts'

const factsPrefix = Buffer.from(factsDomain)
const personalPrefix = Buffer.from(personalDomain)
const leafPrefix = Buffer.from(leafDomain)

/** Commits to the facts of an event: 32 bytes. */
export function commitFacts(facts: AuditEvent['facts'], salt: Uint8Array): Buffer {
  return commitFactsText(canonicalJson(facts), salt)
}

/** Commits to facts that are canonical JSON already. */
export function commitFactsText(facts: string, salt: Uint8Array): Buffer {
  return hashJoined(factsPrefix, salt, facts)
}

/** Commits to the personal data of an event, or to their absence: 32 bytes. */
export function commitPersonal(personal: AuditEvent['personal'], salt: Uint8Array): Buffer {
  return commitPersonalText(canonicalJson(personal ?? {}), salt)
}

/** Commits to personal data that are canonical JSON already; those of an event without any are `{}`. */
export function commitPersonalText(personal: string, salt: Uint8Array): Buffer {
  return hashJoined(personalPrefix, salt, personal)
}

/** Joins both commitments into the one the leaf carries: base64url, 43 characters. */
export function commitLeaf(factsCommitment: Uint8Array, personalCommitment: Uint8Array): string {
  return hashJoined(leafPrefix, factsCommitment, personalCommitment).toString('base64url')
}

/** What stands in a leaf besides its version. */
export type LeafParts = Omit<Leaf, 'version'>

/** Writes the bytes the tree hashes: canonical JSON, its members spelled out in their order. */
export function encodeLeaf({
  commitment,
  eventTime,
  id,
  producer,
  sequence,
  synthetic,
  time,
}: LeafParts): string {
  const count = sequence === undefined ? '' : `,"sequence":${sequence}`
  const demo = synthetic === true ? ',"synthetic":true' : ''
  return (
    `{"commitment":"${commitment}","eventTime":${eventTime},"id":${JSON.stringify(id)},` +
    `"producer":${JSON.stringify(producer)}${count}${demo},"time":${time},"version":2}`
  )
}
