/**
 * Changes to encoded bytes, collected in the order of their places and applied in one pass: stretches that are replaced,
 * and lengths of the messages around them. Where nothing changes, the bytes that came are the bytes that go.
 */

/** Numbers of one change: where it begins, where it ends, what stands there then. */
const width = 3
/** What stands for no change any more. */
const voided = -1
/** Replacements count up from here; below, −2 and down, is the length of a message. */
const firstLength = -2

export class Edits {
  #changes = new Int32Array(width * 256)
  #count = 0
  readonly #replacements: Uint8Array[] = []
  /** How much longer the message that is open becomes. */
  #growth = 0

  /** Begins with another request. */
  reset(): void {
    this.#count = 0
    this.#replacements.length = 0
    this.#growth = 0
  }

  /** Replaces a stretch; nothing in its place takes it away. */
  replace(from: number, to: number, by: Uint8Array): void {
    this.#push(from, to, this.#replacements.length)
    this.#replacements.push(by)
    this.#growth += by.length - (to - from)
  }

  /**
   * Opens a message whose length stands from `from` to `to`, and answers what it is closed with.
   *
   * @returns the growth of the message around it, to be handed to `close`
   */
  open(from: number, to: number): number {
    const outer = this.#growth
    this.#growth = 0
    this.#push(from, to, voided)
    return outer
  }

  /** Tells where the change stands that `open` has just made. */
  get mark(): number {
    return this.#count - 1
  }

  /**
   * Closes a message.
   *
   * @param mark of its `open`
   * @param length it had
   * @param outer what `open` answered
   */
  close(mark: number, length: number, outer: number): void {
    const growth = this.#growth
    this.#growth = outer
    if (growth === 0) {
      if (mark === this.#count - 1) this.#count--
      return
    }
    const at = width * mark
    const changed = length + growth
    this.#changes[at + 2] = firstLength - changed
    // Both were written by `open`.
    const room = (this.#changes[at + 1] as number) - (this.#changes[at] as number)
    this.#growth += growth + sizeOf(changed) - room
  }

  /** Answers the bytes with every change; the same bytes where there is none. */
  apply(bytes: Buffer): Buffer {
    if (this.#count === 0) return bytes
    const target = Buffer.allocUnsafeSlow(bytes.length + this.#growth)
    let read = 0
    let written = 0
    const changes = this.#changes
    for (let at = 0; at < width * this.#count; at += width) {
      // In bounds: three numbers for each change.
      const what = changes[at + 2] as number
      if (what === voided) continue
      const from = changes[at] as number
      written += bytes.copy(target, written, read, from)
      read = changes[at + 1] as number
      if (what >= 0) {
        const replacement = this.#replacements[what] as Uint8Array
        target.set(replacement, written)
        written += replacement.length
      } else written = writeVarint(target, written, firstLength - what)
    }
    bytes.copy(target, written, read)
    return target
  }

  #push(from: number, to: number, what: number): void {
    const at = width * this.#count++
    if (at === this.#changes.length) {
      const larger = new Int32Array(2 * this.#changes.length)
      larger.set(this.#changes)
      this.#changes = larger
    }
    this.#changes[at] = from
    this.#changes[at + 1] = to
    this.#changes[at + 2] = what
  }
}

function sizeOf(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest >>>= 7) size++
  return size
}

function writeVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value
  let next = at
  while (rest > 0x7f) {
    target[next++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[next++] = rest
  return next
}
