/**
 * The log over all tenants' checkpoints, in files like the tiles of any log. It is the one log that witnesses see.
 * One process writes it: the holder of the writer's lock.
 */
import { createHmac } from 'node:crypto'
import { anchorEntry } from '../log/anchored-proof.ts'
import { parseCheckpoint, signCheckpoint, type Checkpoint } from '../log/checkpoint.ts'
import { AuditError } from '../log/errors.ts'
import { leafHash } from '../log/hash.ts'
import {
  encodeVerifierKey,
  parseNote,
  parseVerifierKey,
  verifyNote,
  type NoteSigner,
  type VerifierKey,
} from '../log/note.ts'
import { consistencyRanges, inclusionRanges } from '../log/subtree.ts'
import { partialPlaces, widthAt, type TilePlace } from '../log/tile.ts'
import { TileEdge, type Tile } from '../log/tile-edge.ts'
import { writeTlogProof } from '../log/tlog-proof.ts'
import type { FileTiles } from '../store/file-tiles.ts'
import { LogTiles } from '../store/log-tiles.ts'
import { readRangeHashes } from '../store/tree.ts'
import type { Asking } from '../witness/ask-witness.ts'
import { readAnchorState, writeAnchorState, type AnchorPlace, type AnchorState } from './anchor-state.ts'

export interface AnchorLogOptions {
  /** Its name is the origin. */
  readonly signer: NoteSigner
  /** Keys it had before: the newest checkpoint may still be theirs. */
  readonly formerKeys?: readonly VerifierKey[]
  /** 32 bytes from which salts and padding follow; without them no entry tells anything. */
  readonly secret: Uint8Array
  readonly files: FileTiles
}

export interface TenantProof {
  /** The tenant's checkpoint that is anchored: what the event's own proof must end in. */
  readonly note: string
  /** Proof of that checkpoint in the anchor log, as a tlog-proof. */
  readonly anchor: string
}

/** Folder of its tiles among the files. */
const tilesName = 'log'
/** Fewest entries of a round: how many tenants grew is nobody's business. */
const leastEntries = 8

export class AnchorLog {
  readonly #options: AnchorLogOptions
  readonly #tiles: LogTiles
  /** Absent after a failure: it is read again from what is on disk. */
  #edge: TileEdge | undefined
  #state: AnchorState | undefined

  private constructor(options: AnchorLogOptions, state: AnchorState | undefined) {
    this.#options = options
    this.#tiles = new LogTiles(options.files)
    this.#state = state
  }

  /**
   * Opens the log where it was left.
   *
   * @throws AuditError AUDIT_LOG_CORRUPT when files are missing or another than was signed
   */
  static async open(options: AnchorLogOptions): Promise<AnchorLog> {
    const log = new AnchorLog(options, await readAnchorState(options.files))
    log.#edge = await log.#resume()
    return log
  }

  /** Its keys, the present one first. */
  get keys(): readonly VerifierKey[] {
    const { signer, formerKeys = [] } = this.#options
    return [parseVerifierKey(encodeVerifierKey(signer.name, signer.publicKey)), ...formerKeys]
  }

  /** Newest signed checkpoint with its cosignatures; undefined before the first round. */
  get note(): string | undefined {
    return this.#state?.note
  }

  get size(): number {
    return this.#signed()?.size ?? 0
  }

  /** Tells whether the newest checkpoint has its quorum. */
  get hasQuorum(): boolean {
    return this.#state !== undefined && this.#state.note === this.#state.proven?.note
  }

  /**
   * Adds the checkpoints that are new, and signs. Nothing is added when none is.
   *
   * @param notes newest signed checkpoint of each tenant
   * @returns tenants whose checkpoint is older than, or another of the size of, the one that is anchored
   */
  async append(notes: ReadonlyMap<string, string>): Promise<string[]> {
    const { grown, contradicted } = this.#sort(notes)
    if (grown.length === 0) return contradicted
    const edge = this.#edge ?? (await this.#resume())
    this.#edge = undefined
    const from = edge.size
    const anchored: Record<string, AnchorPlace> = { ...this.#state?.anchored }
    const entries = grown.map(([tenant, note], at) => {
      anchored[tenant] = { index: from + at, note }
      const { text } = parseNote(note)
      return anchorEntry(text, this.#derive('salt', text))
    })
    for (let at = entries.length; at < roundSize(grown.length); at++) {
      entries.push(this.#derive('padding', String(from + at)))
    }
    const full = entries.flatMap((entry) => edge.add(entry, leafHash(entry)))
    await this.#tiles.write(tilesName, [...full, ...edge.partials()])
    const { signer } = this.#options
    const note = signCheckpoint({ origin: signer.name, size: edge.size, root: edge.root() }, signer)
    await this.#keep({ ...this.#state, note, anchored })
    await this.#tiles.writeCheckpoint(tilesName, note)
    await this.#tiles.collect(tilesName, from, edge.size)
    this.#edge = edge
    return contradicted
  }

  /** Puts together what witnesses are asked; undefined before the first round. */
  asking(): Asking | undefined {
    const checkpoint = this.#signed()
    if (checkpoint === undefined || this.note === undefined) return undefined
    const { size } = checkpoint
    const tiles = { tiles: this.#tiles, tenant: tilesName, size }
    const proofFrom = (from: number) => readRangeHashes(tiles, consistencyRanges(from, size))
    return { note: this.note, checkpoint, proofFrom }
  }

  /** Keeps what witnesses added to the newest checkpoint. */
  async keepCosigned(note: string, hasQuorum: boolean): Promise<void> {
    const state = this.#state
    if (state === undefined || parseNote(note).text !== parseNote(state.note).text) return
    const { anchored } = state
    await this.#keep({ ...state, note, ...(hasQuorum ? { proven: { note, anchored } } : {}) })
    await this.#tiles.writeCheckpoint(tilesName, note)
  }

  /** Proves that a tenant's checkpoint is in the newest anchor checkpoint with a quorum; undefined before there is one. */
  async proofOf(tenant: string): Promise<TenantProof | undefined> {
    const proven = this.#state?.proven
    const place =
      proven !== undefined && Object.hasOwn(proven.anchored, tenant) ? proven.anchored[tenant] : undefined
    if (proven === undefined || place === undefined) return undefined
    const { size } = parseCheckpoint(parseNote(proven.note).text)
    const { index, note } = place
    const path = await readRangeHashes(
      { tiles: this.#tiles, tenant: tilesName, size },
      inclusionRanges(index, size),
    )
    const extra = this.#derive('salt', parseNote(note).text)
    return { note, anchor: writeTlogProof({ extra, index, path, note: proven.note }) }
  }

  /** Reads a tile or bundle that the newest checkpoint covers; undefined for any other. */
  async readTile(place: TilePlace): Promise<Buffer | undefined> {
    return place.width <= widthAt(place, this.size) ? this.#tiles.read(tilesName, place) : undefined
  }

  #sort(notes: ReadonlyMap<string, string>) {
    const contradicted: string[] = []
    const grown = [...notes].filter(([tenant, note]) => {
      const anchored = this.#state?.anchored ?? {}
      const last = Object.hasOwn(anchored, tenant) ? anchored[tenant] : undefined
      if (last === undefined) return true
      const before = parseNote(last.note).text
      const now = parseNote(note).text
      if (now === before) return false
      const isGrown = parseCheckpoint(now).size > parseCheckpoint(before).size
      if (!isGrown) contradicted.push(tenant)
      return isGrown
    })
    return { grown, contradicted }
  }

  #signed(): Checkpoint | undefined {
    if (this.#state === undefined) return undefined
    const signed = parseNote(this.#state.note)
    verifyNote(signed, this.keys)
    return parseCheckpoint(signed.text)
  }

  async #keep(state: AnchorState): Promise<void> {
    await writeAnchorState(this.#options.files, state)
    this.#state = state
  }

  async #resume(): Promise<TileEdge> {
    const signed = this.#signed()
    if (signed === undefined) return new TileEdge()
    const partials: Tile[] = []
    for (const place of partialPlaces(signed.size)) {
      partials.push({ place, bytes: await this.#tiles.readAt(tilesName, place, signed.size) })
    }
    const edge = TileEdge.resume(signed.size, partials)
    if (edge.root().equals(signed.root)) return edge
    throw new AuditError('AUDIT_LOG_CORRUPT', 'the tiles of the anchor log have another root than was signed')
  }

  /** Makes 32 bytes nobody can guess and everybody with the secret can make again. */
  #derive(purpose: string, text: string): Buffer {
    return createHmac('sha256', this.#options.secret)
      .update(`campanile/anchor/${purpose}/v1\0${text}`)
      .digest()
  }
}

/** Rounds up to a power of two, at least eight. */
function roundSize(count: number): number {
  let size = leastEntries
  while (size < count) size *= 2
  return size
}
