/** The state of a witness in memory: one log's note, and a disk that can fail. */
import type { NoteFiles } from '../../../audit/witness/witness.ts'

export class MemoryNotes implements NoteFiles {
  failure: Error | undefined
  /** The last note that was written. */
  written: string | undefined
  readonly #notes = new Map<string, string>()

  read(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#notes.get(name))
  }

  write(name: string, note: string): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure)
    this.#notes.set(name, note)
    this.written = note
    return Promise.resolve()
  }

  damage(change: (note: string) => string): void {
    for (const [name, note] of this.#notes) this.#notes.set(name, change(note))
  }
}
