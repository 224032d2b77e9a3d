/** Builds leaf v1 and its commitments as `contracts/leaf.ts` defines them. Salts arrive from outside. */
import type { AuditEvent } from '../../contracts/audit-event.ts'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { factsDomain, leafDomain, personalDomain, type Leaf } from '../../contracts/leaf.ts'
import { sha256 } from './hash.ts'

/** Commits to the facts of an event: 32 bytes. */
export function commitFacts(facts: AuditEvent['facts'], salt: Uint8Array): Buffer {
  return commit(factsDomain, salt, Buffer.from(canonicalJson(facts)))
}

/** Commits to the personal data of an event, or to their absence: 32 bytes. */
export function commitPersonal(personal: AuditEvent['personal'], salt: Uint8Array): Buffer {
  return commit(personalDomain, salt, Buffer.from(canonicalJson(personal ?? {})))
}

/** Joins both commitments into the one the leaf carries: base64url, 43 characters. */
export function commitLeaf(factsCommitment: Uint8Array, personalCommitment: Uint8Array): string {
  return commit(leafDomain, factsCommitment, personalCommitment).toString('base64url')
}

/** What stands in a leaf besides its version. */
export type LeafParts = Omit<Leaf, 'version'>

/** Writes the bytes the tree hashes. */
export function encodeLeaf(parts: LeafParts): string {
  return canonicalJson({ ...parts, version: 1 } satisfies Leaf)
}

function commit(domain: string, first: Uint8Array, second: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from(domain), first, second]))
}
