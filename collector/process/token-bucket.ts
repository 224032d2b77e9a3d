/** A budget that fills up with time, told the time. */

export class TokenBucket {
  readonly #perSecond: number
  readonly #capacity: number
  #tokens: number
  #sinceMillis: number | undefined

  /** @param capacity most that can be taken at once; it begins full */
  constructor(perSecond: number, capacity: number) {
    this.#perSecond = perSecond
    this.#capacity = capacity
    this.#tokens = capacity
  }

  /** Takes all or nothing. */
  take(amount: number, nowMillis: number): boolean {
    const passedMillis = Math.max(0, nowMillis - (this.#sinceMillis ?? nowMillis))
    this.#sinceMillis = nowMillis
    this.#tokens = Math.min(this.#capacity, this.#tokens + (passedMillis / 1000) * this.#perSecond)
    if (amount > this.#tokens) return false
    this.#tokens -= amount
    return true
  }
}
