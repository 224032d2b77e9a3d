/**
 * Pseudonyms of join keys: `hmac:<key>:<digest>`. The first part names the key by eight hexadecimal digits, the second
 * holds 24 bytes of the HMAC-SHA256 of the value and 8 bytes of a mark under the same key, so that the house tells its own
 * pseudonyms from whatever else somebody wrote in their form: text in hexadecimal has that form too.
 */

/** HMAC-SHA256 of a text under a key, as 64 lower-case hexadecimal digits. */
export type Hmac = (key: Uint8Array, text: string) => string

export interface Pseudonyms {
  /** Answers the pseudonym of a value under the current key. */
  readonly of: (value: string) => string
  /** Tells whether this house wrote a pseudonym, under its current key or one before it. */
  readonly isOwn: (value: string) => boolean
}

export interface PseudonymKeys {
  /** What is written from now on. */
  readonly current: Uint8Array
  /** What was written before the last rotation and may still come by. */
  readonly previous?: Uint8Array
}

const form = /^hmac:[0-9a-f]{8}:[0-9a-f]{64}$/
const digestDigits = 48
const markDigits = 16

/** Builds the pseudonyms of a house from its keys, 32 bytes each. */
export function createPseudonyms({ current, previous }: PseudonymKeys, hmac: Hmac): Pseudonyms {
  const rings = [current, ...(previous === undefined ? [] : [previous])].map((key) => {
    const prefix = `hmac:${hmac(key, 'campanile pseudonym key').slice(0, 8)}:`
    // The texts that are hashed begin differently, so that no value has the mark of a digest for its own digest.
    const marked = (start: string) =>
      `${start}${hmac(key, `mark ${start.slice(prefix.length)}`).slice(0, markDigits)}`
    return { prefix, marked, digest: (value: string) => hmac(key, `value ${value}`).slice(0, digestDigits) }
  })
  return {
    of: (value) => {
      // There is a first: the current key.
      const { prefix, marked, digest } = rings[0] as (typeof rings)[number]
      return marked(prefix + digest(value))
    },
    isOwn: (value) => {
      if (!form.test(value)) return false
      const ring = rings.find(({ prefix }) => value.startsWith(prefix))
      return ring !== undefined && ring.marked(value.slice(0, -markDigits)) === value
    },
  }
}
