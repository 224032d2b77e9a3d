/** Tells whether a request that changes something can come from a page of another site. */

export interface OriginHeaders {
  readonly origin?: string | undefined
  readonly host?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}

/**
 * Judges by Sec-Fetch-Site and Origin, which pages cannot forge. Without both the caller is no browser of this
 * decade, and carries no cookies of a victim.
 */
export function isForeignOrigin({ origin, host, 'sec-fetch-site': site }: OriginHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  if (origin === undefined) return false
  if (!URL.canParse(origin)) return true
  return new URL(origin).host !== host
}
