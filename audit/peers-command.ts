/** `peers card | add FILE | list | remove NAME`: the ring of houses that cosign each other's logs. */
import { readFile } from 'node:fs/promises'
import { openCustody, type CustodyOptions } from '../lib/custody.ts'
import { cosignerTypeOf, parseCosignerKey } from './log/cosignature.ts'
import { encodeVerifierKey, parseVerifierKey, type NoteSigner } from './log/note.ts'
import { addPeer, readPeers, removePeer, writeCard } from './witness/peers.ts'

export interface PeerSettings extends CustodyOptions {
  /** First part of the origin of this house's logs. */
  readonly origin: string
  /** Folder of the cards. */
  readonly peersFolder: string
}

export interface House {
  /** Short name by which peers call this house. */
  readonly name: string
  /** Address of its witness's door, as peers reach it. */
  readonly url: string
}

/** Writes this house's card; its keys are made where they do not exist yet, also while the ledger runs. */
export async function describeHouse(settings: PeerSettings, { name, url }: House): Promise<string> {
  const { origin } = settings
  const custody = await openCustody(settings)
  const anchor = await custody.signingKey('anchor')
  const classic = await custody.signingKey('witness')
  const postQuantum = await custody.signingKey('witness', 'ml-dsa-44')
  const log = parseVerifierKey(encodeVerifierKey(`${origin}/anchor`, anchor.publicKey))
  const witnessOf = (kind: string, { publicKey }: Pick<NoteSigner, 'publicKey'>) => {
    const vkey = encodeVerifierKey(`${origin}/witness`, publicKey, cosignerTypeOf({ publicKey }))
    return { name: `${name}.${kind}`, key: parseCosignerKey(vkey), url }
  }
  const witnesses = [witnessOf('ed25519', classic), witnessOf('ml-dsa-44', postQuantum)]
  return writeCard({ name, log, witnesses }).trimEnd()
}

/** Keeps a peer's card and says by what its owner is asked whether it is right. */
export async function add({ peersFolder }: PeerSettings, file: string): Promise<string> {
  const { name, log, witnesses } = await addPeer(peersFolder, await readFile(file))
  const ids = [log, ...witnesses.map(({ key }) => key)].map((key) => `${key.name} ${key.keyId}`)
  return [
    `${name} is a peer once the ledger was started again; compare with its owner, by telephone:`,
    ...ids.map((id) => `  ${id}`),
  ].join('\n')
}

/** Lists the peers and their keys. */
export async function list({ peersFolder }: PeerSettings): Promise<string> {
  const peers = await readPeers(peersFolder)
  if (peers.length === 0) return 'no peers: nobody in another house can see that this log was rewritten'
  return peers
    .map(({ name, log, witnesses }) => {
      const kinds = witnesses.map(({ key }) => `${key.type} ${key.keyId}`).join(', ')
      return `${name} ${log.name} ${log.keyId} ${witnesses[0]?.url ?? ''} (${kinds})`
    })
    .join('\n')
}

/** Forgets a peer. */
export async function remove({ peersFolder }: PeerSettings, name: string): Promise<string> {
  return (await removePeer(peersFolder, name))
    ? `${name} is no peer once the ledger was started again`
    : `${name} was no peer`
}
