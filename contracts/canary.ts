/**
 * Canaries: people who do not exist, planted in front of the fence to prove that it holds. Their address ends in a
 * domain that nobody can own (RFC 2606), so one search finds every one of them behind the fence.
 */

/** What every canary contains and nothing else does. */
export const canaryMarker = '@canary.example'

/** Names a canary by some hexadecimal digits, which tell one from another. */
export function canaryOf(hex: string): string {
  return `${hex}${canaryMarker}`
}
