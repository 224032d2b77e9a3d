/** What the process with a spool tells its parent. */
export type SpoolMessage =
  | { readonly kind: 'started' }
  /** The spool has no room. */
  | { readonly kind: 'full' }
  /** An event was acknowledged. */
  | { readonly kind: 'recorded'; readonly id: string }
