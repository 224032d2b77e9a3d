/** What is wrong with the anchor log just now, for whoever asks about the health of this appliance. */
export class AnchorTrouble {
  /** Of the round under way. */
  #found: string | undefined
  /** Of the last round that ended. */
  #reason: string | undefined

  /** Takes what went wrong in a round that goes on. */
  note(reason: string): void {
    this.#found ??= reason
  }

  /** Takes what broke a round off. */
  fail(reason: string): void {
    this.#reason = reason
  }

  /** Takes that a round ended. */
  finish(hasQuorum: boolean): void {
    this.#reason = this.#found ?? (hasQuorum ? undefined : 'no quorum of witnesses')
    this.#found = undefined
  }

  /** Undefined while all is well. */
  get reason(): string | undefined {
    return this.#reason
  }
}
