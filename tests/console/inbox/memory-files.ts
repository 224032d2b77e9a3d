/** Files in memory whose machine can be switched off at any step, in the middle of a write too. */
import type { JournalFiles } from '../../../console/inbox/journal-files.ts'

export class PowerCut extends Error {}

export interface CrashPoint {
  /** Steps that succeed before the power fails. */
  readonly steps: number
  /** Part of the write that failed which is on disk all the same, 0 to 1. */
  readonly written: number
}

export class MemoryFiles implements JournalFiles {
  readonly content = new Map<string, Buffer>()
  #crash: CrashPoint | undefined
  #steps = 0
  #isOff = false

  /** Lets the power fail at a point, counted from now. */
  crashAt(point: CrashPoint): void {
    this.#crash = point
    this.#steps = 0
    this.#isOff = false
  }

  /** Switches the machine on again: what was on disk is on disk. */
  restart(): void {
    this.#crash = undefined
    this.#isOff = false
  }

  #step(bytes?: Buffer): Buffer | undefined {
    if (this.#isOff) throw new PowerCut()
    if (this.#crash === undefined || this.#steps++ < this.#crash.steps) return undefined
    this.#isOff = true
    return bytes?.subarray(0, Math.floor(bytes.length * this.#crash.written)) ?? Buffer.alloc(0)
  }

  list = async () => {
    if (this.#isOff) throw new PowerCut()
    return [...this.content.keys()].sort()
  }
  read = async (name: string) => this.content.get(name) ?? Buffer.alloc(0)
  append = async (name: string, bytes: Buffer) => {
    const part = this.#step(bytes)
    this.content.set(name, Buffer.concat([this.content.get(name) ?? Buffer.alloc(0), part ?? bytes]))
    if (part !== undefined) throw new PowerCut()
  }
  create = async (name: string, bytes: Buffer) => {
    // Written beside it and renamed: before the rename nothing of it counts, and all of it where only the sync failed.
    const part = this.#step(bytes)
    if (part === undefined || part.length * 2 > bytes.length) this.content.set(name, bytes)
    if (part !== undefined) throw new PowerCut()
  }
  truncate = async (name: string, bytes: number) => {
    if (this.#step() !== undefined) throw new PowerCut()
    this.content.set(name, (this.content.get(name) ?? Buffer.alloc(0)).subarray(0, bytes))
  }
  remove = async (name: string) => {
    if (this.#step() !== undefined) throw new PowerCut()
    this.content.delete(name)
  }
}
