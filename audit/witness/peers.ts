/**
 * The other houses of a ring, each as one file: a card, which is a tlog-policy with the peer's anchor key and its
 * witness keys and address. What this house trusts and what it cosigns both follow from the cards.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readIfPresent, replaceFile } from '../../lib/custody-files.ts'
import { AuditError } from '../log/errors.ts'
import type { VerifierKey } from '../log/note.ts'
import { parsePolicy, writePolicy } from '../log/policy-file.ts'
import type { Policy, PolicyGroup, PolicyWitness } from '../log/policy.ts'

export interface Peer {
  readonly name: string
  /** Key of its anchor log. */
  readonly log: VerifierKey
  /** Its witness, once for each kind of key; all at one address. */
  readonly witnesses: readonly PolicyWitness[]
}

const namePattern = /^[a-z][a-z0-9-]{0,31}$/
const extension = '.card'
/** Most peers: a checkpoint has room for so many cosignatures of both kinds. */
const maxPeers = 30
const maxCardBytes = 16_384

/** Writes the card of a house, as its peers add it. */
export function writeCard({ name, log, witnesses }: Peer): string {
  assertName(name)
  const policy = writePolicy({ logs: [{ key: log }], witnesses, groups: [], quorum: 'none' }).toString()
  return `# card of ${name}\n${policy}`
}

/**
 * Reads a card.
 *
 * @param card received from the peer; what it says is believed once its keys were compared by another way
 * @throws AuditError AUDIT_POLICY_MALFORMED or AUDIT_KEY_MALFORMED
 */
export function readCard(card: Buffer): Peer {
  if (card.length > maxCardBytes) throw malformed('more text than a card has')
  const { logs, witnesses, groups, quorum } = parsePolicy(card)
  const [log, ...others] = logs
  const [first] = witnesses
  const name = first?.name.split('.')[0]
  if (log === undefined || others.length > 0) throw malformed('not one log')
  if (first === undefined || name === undefined || !namePattern.test(name)) throw malformed('no witness')
  const isOwn = (each: PolicyWitness) => each.name.startsWith(`${name}.`) && each.url === first.url
  if (!witnesses.every(isOwn) || !isAddress(first.url)) throw malformed('witnesses of several houses or none')
  if (groups.length > 0 || quorum !== 'none') throw malformed('a quorum of its own')
  return { name, log: log.key, witnesses }
}

/** Reads the cards of a folder, by name; none where there is no folder. */
export async function readPeers(folder: string): Promise<Peer[]> {
  const names = await readdir(folder).catch(() => [])
  const cards = names.filter((name) => name.endsWith(extension)).sort()
  if (cards.length > maxPeers) throw malformed(`${cards.length} cards`)
  return Promise.all(cards.map(async (name) => readCard(await readFile(join(folder, name)))))
}

/**
 * Keeps a card; one of the same house is replaced.
 *
 * @throws AuditError AUDIT_POLICY_MALFORMED when another house has its log or its keys
 */
export async function addPeer(folder: string, card: Buffer): Promise<Peer> {
  const peer = readCard(card)
  const others = (await readPeers(folder)).filter(({ name }) => name !== peer.name)
  // Two of one origin would be two keys of one log, and one house would count twice.
  if (others.some(({ log }) => log.name === peer.log.name)) throw malformed('the log of another peer')
  trustIn([...others, peer])
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(join(folder, `${peer.name}${extension}`), card)
  return peer
}

/** Forgets a house; false when there was no card of it. */
export async function removePeer(folder: string, name: string): Promise<boolean> {
  assertName(name)
  const path = join(folder, `${name}${extension}`)
  if ((await readIfPresent(path)) === undefined) return false
  await rm(path)
  return true
}

/**
 * Says whose cosignatures this house asks for: those of all peers, and of how many of them it needs.
 *
 * @param quorum how many peers; default all but one, so that one may be away
 * @throws AuditError AUDIT_POLICY_MALFORMED when there are fewer, or two have the same key
 */
export function trustIn(peers: readonly Peer[], quorum?: number): Policy {
  if (peers.length === 0) return { logs: [], witnesses: [], groups: [], quorum: 'none' }
  const threshold = quorum ?? Math.max(1, peers.length - 1)
  if (threshold > peers.length) throw malformed(`${peers.length} peers and a quorum of ${threshold}`)
  const houses = peers.map(({ name, witnesses }): PolicyGroup => {
    // Either kind of key speaks for the house, and both together count once.
    return { name, threshold: 1, members: witnesses.map((each) => each.name) }
  })
  const ring = { name: 'ring-of-peers', threshold, members: peers.map(({ name }) => name) }
  const witnesses = peers.flatMap((peer) => peer.witnesses)
  return checked({ logs: [], witnesses, groups: [...houses, ring], quorum: ring.name })
}

/** Says whose logs this house cosigns: those of all peers. */
export function cosignedFor(peers: readonly Peer[]): Policy {
  return checked({ logs: peers.map(({ log }) => ({ key: log })), witnesses: [], groups: [], quorum: 'none' })
}

/** What was put together has to keep the rules that a file keeps: no key and no name twice. */
function checked(policy: Policy): Policy {
  return parsePolicy(writePolicy(policy))
}

/** Loopback may speak plainly: a proxy on this machine does the rest. */
function isAddress(url: string | undefined): boolean {
  return url !== undefined && /^(?:https:\/\/|http:\/\/127\.0\.0\.1[:/])\S+$/.test(url)
}

function assertName(name: string): void {
  if (!namePattern.test(name)) throw malformed(`the name ${JSON.stringify(name.slice(0, 40))}`)
}

function malformed(found: string): AuditError {
  return new AuditError('AUDIT_POLICY_MALFORMED', `found ${found}, expected the card of a peer`)
}
