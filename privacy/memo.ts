/**
 * Remembers verdicts on short strings. Attackers choose some of the values, so the number remembered is
 * bounded over all keys; when it is reached everything is forgotten, which costs less than keeping an order.
 */
import type { Verdict } from './verdict.ts'

/** Statements of a database are long and come again and again; what is longer still is rarely seen twice. */
const maxRememberedLength = 2_048
/** Characters that count as one more verdict, so that long values cannot fill the memory. */
const charactersPerVerdict = 256

/** Owned by one fence; holds at most `limit` verdicts on short values, fewer on long ones, none with 0. */
export class VerdictMemo {
  readonly #limit: number
  readonly #verdicts = new Map<string, Map<string, Verdict>>()
  #held = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Answers the remembered verdict of a key and value, or judges and remembers it. */
  verdict(key: string, value: string, judge: (key: string, value: string) => Verdict): Verdict {
    if (value.length > maxRememberedLength || this.#limit === 0) return judge(key, value)
    const known = this.#verdicts.get(key)?.get(value)
    if (known !== undefined) return known
    const verdict = judge(key, value)
    if (this.#held >= this.#limit) this.#forget()
    const ofKey = this.#verdicts.get(key)
    if (ofKey === undefined) this.#verdicts.set(key, new Map([[value, verdict]]))
    else ofKey.set(value, verdict)
    this.#held += 1 + Math.floor(value.length / charactersPerVerdict)
    return verdict
  }

  #forget(): void {
    this.#verdicts.clear()
    this.#held = 0
  }
}
