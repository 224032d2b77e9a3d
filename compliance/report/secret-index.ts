/** Secrets by how they begin, so that a line is searched once however many there are. */

/** Letters secrets are found by; a shorter text is no entry. */
const headLength = 6

export class SecretIndex {
  readonly #byHead = new Map<string, string[]>()

  /** @param secrets shorter ones than six letters are left out: they stand in many places where they are no secret */
  constructor(secrets: Iterable<string>) {
    for (const secret of [...new Set(secrets)].sort((left, right) => right.length - left.length)) {
      if (secret.length < headLength) continue
      const head = secret.slice(0, headLength)
      const same = this.#byHead.get(head)
      if (same === undefined) this.#byHead.set(head, [secret])
      else same.push(secret)
    }
  }

  /** Puts `shown` in the place of every secret, the longest where several begin. */
  replaceIn(text: string, shown: string): string {
    if (this.#byHead.size === 0) return text
    let kept = ''
    let from = 0
    for (let at = 0; at + headLength <= text.length; at += 1) {
      const found = this.#byHead
        .get(text.slice(at, at + headLength))
        ?.find((each) => text.startsWith(each, at))
      if (found === undefined) continue
      kept += text.slice(from, at) + shown
      from = at + found.length
      at = from - 1
    }
    return kept + text.slice(from)
  }
}
