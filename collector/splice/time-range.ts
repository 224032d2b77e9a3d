/** The earliest and latest of times in nanoseconds, taken in halves of 32 bits: a bigint for each costs more than the rest. */

const high = 2 ** 32

export class TimeRange {
  #isEmpty = true
  #minHigh = 0
  #minLow = 0
  #maxHigh = 0
  #maxLow = 0

  reset(): void {
    this.#isEmpty = true
  }

  take(above: number, low: number): void {
    if (this.#isEmpty || above < this.#minHigh || (above === this.#minHigh && low < this.#minLow)) {
      this.#minHigh = above
      this.#minLow = low
    }
    if (this.#isEmpty || above > this.#maxHigh || (above === this.#maxHigh && low > this.#maxLow)) {
      this.#maxHigh = above
      this.#maxLow = low
    }
    this.#isEmpty = false
  }

  /** The earliest; something was taken. */
  get min(): bigint {
    return join(this.#minHigh, this.#minLow)
  }

  /** The latest; something was taken. */
  get max(): bigint {
    return join(this.#maxHigh, this.#maxLow)
  }
}

/** Joins the halves of a number of 64 bits. */
function join(above: number, low: number): bigint {
  return (BigInt(above) << 32n) | BigInt(low)
}

/** Takes the last 52 bits of the trace id that ends at a place, as `fingerprint` takes them of its digits. */
export function fingerprintAt(view: DataView, end: number): number {
  return (view.getUint8(end - 7) & 0x0f) * 2 ** 48 + view.getUint16(end - 6) * high + view.getUint32(end - 4)
}
