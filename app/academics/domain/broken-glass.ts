/** Broken glass after it was broken: what waits for a second person, and what they find. */
import type { Denied } from './access.ts'

/** How long one typed reason opens a record is the database's to say: an hour. */
export const verdicts = ['justified', 'unjustified'] as const
export type Verdict = (typeof verdicts)[number]

export interface GlassToReview {
  readonly id: string
  readonly account: string
  readonly role: string
  readonly student: string
  /** As it was typed. */
  readonly reason: string
  /** RFC 3339. */
  readonly openedAt: string
  readonly endsAt: string
}

export type GlassAnswer =
  { readonly outcome: 'read'; readonly reviews: readonly GlassToReview[] } | Denied<'role'>

export interface GlassReview {
  readonly glass: string
  readonly verdict: Verdict
  /** In the reviewer's words; kept like a reason. */
  readonly finding: string
}

export type ReviewAnswer =
  { readonly outcome: 'reviewed' } | Denied<'role' | 'unknown' | 'own_glass' | 'reviewed'>

export interface GlassWaiting {
  readonly tenant: string
  readonly waiting: number
  /** Since the oldest of them was broken; 0 where none waits. */
  readonly oldestSeconds: number
}
