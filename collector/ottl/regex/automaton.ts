/**
 * Answers only whether a pattern is found, one table look-up for each ASCII character: sets of places of the program
 * become states as they are met. The number of states is bounded; beyond it all are forgotten and met again.
 */
import type { Instruction } from './program.ts'
import { accepts } from './syntax.ts'

interface State {
  readonly places: readonly number[]
  /** The pattern is found, whatever follows. */
  readonly isFound: boolean
  /** The pattern is found if the text ends here. */
  readonly isFoundAtEnd: boolean
  /** The state after each ASCII character, as far as it was met. */
  readonly next: (State | undefined)[]
}

/** About a mebibyte of tables for one pattern at most. */
const maxStates = 1000

/** Tells whether an automaton can do the program: it knows where a text begins and ends, not where words do. */
export function canAutomate(program: readonly Instruction[]): boolean {
  return program.every(
    (instruction) =>
      instruction.kind !== 'assert' ||
      instruction.assertion === 'text-start' ||
      instruction.assertion === 'text-end',
  )
}

/** Owned by one pattern. */
export class Automaton {
  readonly #program: readonly Instruction[]
  readonly #states = new Map<string, State>()
  #start: State

  /** @param program one that `canAutomate` accepts */
  constructor(program: readonly Instruction[]) {
    this.#program = program
    this.#start = this.#begin()
  }

  test(text: string): boolean {
    let state = this.#start
    let at = 0
    while (at < text.length) {
      if (state.isFound) return true
      // Nothing is under way and, as each state holds the beginning too, nothing can begin.
      if (state.places.length === 0) return false
      const unit = text.charCodeAt(at)
      if (unit < 128) {
        state = state.next[unit] ?? this.#learn(state, unit)
        at++
      } else {
        // In bounds by the condition of the loop.
        const point = text.codePointAt(at) as number
        state = this.#after(state, point)
        at += point > 0xffff ? 2 : 1
      }
    }
    return state.isFound || state.isFoundAtEnd
  }

  #learn(state: State, unit: number): State {
    const next = this.#after(state, unit)
    state.next[unit] = next
    return next
  }

  #after(state: State, point: number): State {
    const reached: number[] = []
    for (const place of state.places) {
      const instruction = this.#program[place]
      if (instruction?.kind !== 'set') continue
      const { ascii, set } = instruction.set
      if (point < 128 ? ascii[point] === 1 : accepts(set, point)) reached.push(place + 1)
    }
    // A match may begin after every character.
    reached.push(0)
    return this.#state(this.#reach(reached, false, false))
  }

  #begin(): State {
    return this.#state(this.#reach([0], true, false), true)
  }

  #state(places: readonly number[], isStart = false): State {
    const key = `${isStart ? '^' : ''}${places.join(' ')}`
    const known = this.#states.get(key)
    if (known !== undefined) return known
    if (this.#states.size >= maxStates) this.#forget()
    const state: State = {
      places,
      isFound: this.#holdsMatch(places),
      isFoundAtEnd: this.#holdsMatch(this.#reach(places, isStart, true)),
      next: new Array<State | undefined>(128).fill(undefined),
    }
    this.#states.set(key, state)
    return state
  }

  /** Old states hold on to others: the start is made anew, so that all of them can go. */
  #forget(): void {
    this.#states.clear()
    this.#start = this.#begin()
  }

  #holdsMatch(places: readonly number[]): boolean {
    return places.some((place) => this.#program[place]?.kind === 'match')
  }

  /** Lists, in order, the places where a thread waits that goes on from some places without reading. */
  #reach(from: readonly number[], isStart: boolean, isEnd: boolean): number[] {
    const seen = new Set<number>()
    const waiting: number[] = []
    const open = [...from]
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (seen.has(place)) continue
      seen.add(place)
      const instruction = this.#program[place]
      if (instruction === undefined) continue
      if (instruction.kind === 'set' || instruction.kind === 'match') waiting.push(place)
      else if (instruction.kind === 'jump') open.push(instruction.to)
      else if (instruction.kind === 'split') open.push(instruction.first, instruction.second)
      else if (instruction.kind === 'save') open.push(place + 1)
      else if (instruction.assertion === 'text-start') {
        if (isStart) open.push(place + 1)
      } else if (isEnd) open.push(place + 1)
      else waiting.push(place)
    }
    return waiting.toSorted((left, right) => left - right)
  }
}
