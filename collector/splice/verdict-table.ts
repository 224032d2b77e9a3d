/**
 * What the fence said about bytes seen before: an encoded attribute or text, whole, at its place. Bytes are compared one
 * by one, because who sends them may look for two with one hash. Bounded: when it is full everything is forgotten.
 */
import type { Place } from '../../privacy/place.ts'
import type { Rule } from '../../privacy/rule.ts'
import type { NoteBlocked } from '../process/blocked-keys.ts'
import type { SeriesMemo } from '../process/span-metrics.ts'

/** What becomes of a field. */
export interface Verdict {
  /** What stands in its place; nothing takes it away, undefined leaves it as it is. */
  readonly replacement: Uint8Array | undefined
  /** What the fence counted. */
  readonly counted: readonly (readonly [Rule, Place])[]
  /** Keys that were taken away, by the names that may be shown. */
  readonly blocked: readonly Parameters<NoteBlocked>[]
  /** The text that goes on: of a text, and of the attribute that names the service. */
  readonly text: string
  /** True for the attribute that names the service. */
  readonly isService: boolean
  /** Number of the key of an attribute that goes on; 0 for what is none. */
  readonly key: number
  /** What span metrics remember with a name. */
  memo?: SeriesMemo
}

/** Bytes of a request and what stands there. Mutable: one serves every field. */
export interface Field {
  shape: number
  hash: number
  from: number
  to: number
}

const defaultSlots = 32_768
/** Hashes of fields met once, a power of two. */
const metSlots = 65_536
const defaultArena = 4 * 2 ** 20
/** Longest field that is remembered. */
const maxLength = 1_024
/** Slots that are tried. */
const probes = 4

export interface TableBounds {
  /** A power of two. */
  readonly slots?: number
  /** Bytes kept to be compared with. */
  readonly arena?: number
}

export class VerdictTable {
  readonly #mask: number
  readonly #hashes: Int32Array
  /** Length and place of each, 0 where there is none. */
  readonly #shapes: Int32Array
  readonly #offsets: Int32Array
  readonly #verdicts: (Verdict | undefined)[]
  readonly #met = new Int32Array(metSlots)
  readonly #arena: Uint8Array
  readonly #arenaView: DataView
  #used = 0
  #held = 0

  constructor({ slots = defaultSlots, arena = defaultArena }: TableBounds = {}) {
    this.#mask = slots - 1
    this.#hashes = new Int32Array(slots)
    this.#shapes = new Int32Array(slots)
    this.#offsets = new Int32Array(slots)
    this.#verdicts = Array.from({ length: slots }, () => undefined)
    this.#arena = new Uint8Array(arena)
    this.#arenaView = new DataView(this.#arena.buffer)
  }

  /** Forgets everything. */
  clear(): void {
    this.#verdicts.fill(undefined)
    this.#shapes.fill(0)
    this.#used = 0
    this.#held = 0
  }

  /**
   * Finds the verdict on bytes at a place.
   *
   * @param shape as `shapeOf` tells it
   * @param hash as `hashOf` tells it
   */
  find(view: DataView, { shape, hash, from, to }: Field): Verdict | undefined {
    for (let probe = 0; probe < probes; probe++) {
      const slot = (hash + probe) & this.#mask
      // In bounds by the mask.
      if (this.#hashes[slot] === hash && this.#shapes[slot] === shape) {
        if (this.#isSame(this.#offsets[slot] as number, view, from, to)) return this.#verdicts[slot]
      }
    }
    return undefined
  }

  /**
   * Remembers a verdict on bytes at a place, unless they are long, or met for the first time: what never comes again
   * would push out what does, and what is kept for a while only is what the collector of garbage is worst at.
   */
  remember(bytes: Uint8Array, { shape, hash, from, to }: Field, verdict: Verdict): void {
    const length = to - from
    if (length > maxLength || !this.#isMetAgain(hash)) return
    if (this.#used + length > this.#arena.length || 2 * this.#held > this.#mask) this.clear()
    let slot = hash & this.#mask
    for (let probe = 0; probe < probes; probe++) {
      slot = (hash + probe) & this.#mask
      if (this.#verdicts[slot] === undefined) break
    }
    if (this.#verdicts[slot] === undefined) this.#held++
    this.#arena.set(bytes.subarray(from, to), this.#used)
    this.#hashes[slot] = hash
    this.#shapes[slot] = shape
    this.#offsets[slot] = this.#used
    this.#verdicts[slot] = verdict
    this.#used += length
  }

  #isMetAgain(hash: number): boolean {
    const slot = hash & (metSlots - 1)
    if (this.#met[slot] === hash) return true
    this.#met[slot] = hash
    return false
  }

  #isSame(offset: number, view: DataView, from: number, to: number): boolean {
    const arena = this.#arenaView
    const shift = offset - from
    let at = from
    for (; at + 4 <= to; at += 4) {
      if (view.getInt32(at, true) !== arena.getInt32(at + shift, true)) return false
    }
    for (; at < to; at++) if (view.getUint8(at) !== arena.getUint8(at + shift)) return false
    return true
  }
}

/** Joins a length and the number of a place, below 64; never 0. */
export function shapeOf(length: number, place: number): number {
  return length * 64 + place + 1
}

/** Hashes bytes of a shape. */
export function hashOf(view: DataView, from: number, to: number, shape: number): number {
  let hash = Math.imul(shape, 0x9e3779b1)
  let at = from
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b)
    hash ^= hash >>> 15
  }
  for (; at < to; at++) hash = Math.imul(hash ^ view.getUint8(at), 0xc2b2ae35)
  return hash ^ (hash >>> 13)
}
