/**
 * Runs the threads of a program over a text, one character at a time: time grows with the length of the text
 * times that of the pattern, whatever either says. The leftmost match wins, then the order of the pattern (as Go).
 */
import type { Instruction } from './program.ts'
import { accepts, type Assertion } from './syntax.ts'

/** Where each group begins and ends in UTF-16 units, from slot 0 on; -1 where a group took no part. */
export type Slots = Int32Array

/** Threads in order of precedence, each place of the program at most once. */
class Threads {
  readonly places: Int32Array
  readonly slots: Slots[] = []
  readonly #seen: Uint32Array
  #generation = 0
  size = 0

  constructor(length: number) {
    this.places = new Int32Array(length)
    this.#seen = new Uint32Array(length)
  }

  clear(): void {
    this.size = 0
    this.slots.length = 0
    this.#generation++
  }

  /** Tells whether the place is new to this step. */
  visit(place: number): boolean {
    if (this.#seen[place] === this.#generation) return false
    this.#seen[place] = this.#generation
    return true
  }
}

/** Owned by one pattern: two runs at once would share its threads, and nothing here waits. */
export class Machine {
  readonly #program: readonly Instruction[]
  readonly #slotCount: number
  #current: Threads
  #next: Threads
  #text = ''
  #found: Slots | undefined
  /** How far into the text the last run looked, in UTF-16 units. */
  lookedTo = 0

  constructor(program: readonly Instruction[], groups: number) {
    this.#program = program
    this.#slotCount = groups * 2
    this.#current = new Threads(program.length)
    this.#next = new Threads(program.length)
  }

  /** Finds the leftmost match at or after a place; with `anyEnd` the first end will do, and slots stay empty. */
  run(text: string, from: number, anyEnd: boolean): Slots | undefined {
    this.#text = text
    this.#found = undefined
    this.#current.clear()
    const blank: Slots = new Int32Array(anyEnd ? 0 : this.#slotCount).fill(-1)
    let at = from
    for (;;) {
      this.lookedTo = at
      if (this.#found === undefined) this.#follow(this.#current, 0, at, blank)
      if (this.#current.size === 0) {
        if (this.#found !== undefined || at >= text.length) return this.#found
        if (this.#isAnchored() && at > 0) return undefined
      }
      const point = text.codePointAt(at)
      const width = point !== undefined && point > 0xffff ? 2 : 1
      this.#next.clear()
      this.#step(point, at + width)
      ;[this.#current, this.#next] = [this.#next, this.#current]
      if (point === undefined || (anyEnd && this.#found !== undefined)) return this.#found
      at += width
    }
  }

  /** A pattern that begins with `^` can match nowhere else. */
  #isAnchored(): boolean {
    const first = this.#program[1]
    return first?.kind === 'assert' && first.assertion === 'text-start'
  }

  /** Moves every thread over one character; `undefined` is the end of the text. */
  #step(point: number | undefined, after: number): void {
    const threads = this.#current
    for (let thread = 0; thread < threads.size; thread++) {
      // In bounds: places below the size were written, and hold places of the program.
      const place = threads.places[thread] as number
      const instruction = this.#program[place] as Instruction
      const slots = threads.slots[thread] as Slots
      if (instruction.kind === 'match') {
        // Threads after this one have less precedence, so they end here.
        this.#found = slots
        return
      }
      if (point === undefined || instruction.kind !== 'set') continue
      const { ascii, set } = instruction.set
      if (point < 128 ? ascii[point] === 1 : accepts(set, point))
        this.#follow(this.#next, place + 1, after, slots)
    }
  }

  /** Adds a thread and all that is reached from it without reading on. */
  #follow(threads: Threads, place: number, at: number, slots: Slots): void {
    if (!threads.visit(place)) return
    // In bounds: jumps lead into the program.
    const instruction = this.#program[place] as Instruction
    switch (instruction.kind) {
      case 'jump':
        this.#follow(threads, instruction.to, at, slots)
        return
      case 'split':
        this.#follow(threads, instruction.first, at, slots)
        this.#follow(threads, instruction.second, at, slots)
        return
      case 'save':
        this.#follow(threads, place + 1, at, slots.length === 0 ? slots : saved(slots, instruction.slot, at))
        return
      case 'assert':
        if (holdsAt(instruction.assertion, this.#text, at)) this.#follow(threads, place + 1, at, slots)
        return
      case 'set':
      case 'match':
        threads.places[threads.size++] = place
        threads.slots.push(slots)
    }
  }
}

function saved(slots: Slots, slot: number, at: number): Slots {
  const copy = slots.slice()
  copy[slot] = at
  return copy
}

function holdsAt(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'text-start':
      return at === 0
    case 'text-end':
      return at === text.length
    case 'line-start':
      return at === 0 || text.charCodeAt(at - 1) === 10
    case 'line-end':
      return at === text.length || text.charCodeAt(at) === 10
    case 'word':
      return isWord(text.charCodeAt(at - 1)) !== isWord(text.charCodeAt(at))
    case 'not-word':
      return isWord(text.charCodeAt(at - 1)) === isWord(text.charCodeAt(at))
  }
}

/** ASCII only, as Go's `\b`; the unit past either end is none. */
function isWord(unit: number): boolean {
  return (
    (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90) || unit === 95 || (unit >= 97 && unit <= 122)
  )
}
