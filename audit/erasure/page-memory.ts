/** What was found in pages of a log, so that a round passes over those in which nothing has served its time since. */
import { defaultKeepDays, type TimedClass } from '../../contracts/retention.ts'
import { cutoffOf, newestCutoff, outlivesTime, type RetentionPolicy } from '../record/rules/retention.ts'
import type { LiveEntry } from './expired-reader.ts'

// Every key of the table is a class.
const timedClasses = Object.keys(defaultKeepDays) as TimedClass[]

interface SeenPage {
  readonly next: number
  readonly lastTime: number
  /** Time of the oldest entry of each class that still says something, as far as time lets it go. */
  readonly oldest: ReadonlyMap<TimedClass, number>
}

/**
 * Owned by one retirer. A page is in it only when all its entries were read: batches never change, and what was
 * emptied stays so for as long as this process has the database.
 */
export class PageMemory {
  readonly #pages = new Map<string, Map<number, SeenPage>>()

  /** Remembers a page by what it still says after it was judged. */
  remember(
    tenant: string,
    from: number,
    page: Omit<SeenPage, 'oldest'> & { readonly left: readonly LiveEntry[] },
  ): void {
    const { next, lastTime, left } = page
    const pages = this.#pages.get(tenant) ?? new Map<number, SeenPage>()
    pages.set(from, { next, lastTime, oldest: oldestOf(left) })
    this.#pages.set(tenant, pages)
  }

  /**
   * Passes over the pages in which nothing has served its time.
   *
   * @returns where the first page begins that must be looked at; undefined when nothing after is old enough
   */
  passOver(tenant: string, from: number, policy: RetentionPolicy, now: number): number | undefined {
    const pages = this.#pages.get(tenant)
    const newest = newestCutoff(policy, now)
    let at = from
    for (let page = pages?.get(at); page !== undefined; page = pages?.get(at)) {
      const isOver = [...page.oldest].some(([timed, time]) => time < cutoffOf(policy, timed, now))
      if (isOver) return at
      if (page.lastTime >= newest) return undefined
      at = page.next
    }
    return at
  }
}

function oldestOf(left: readonly LiveEntry[]): ReadonlyMap<TimedClass, number> {
  const oldest = new Map<TimedClass, number>()
  for (const { leaf, facts } of left) {
    const timed = timedClasses.find((each) => each === facts.class)
    if (timed === undefined || outlivesTime(facts.action)) continue
    oldest.set(timed, Math.min(oldest.get(timed) ?? leaf.time, leaf.time))
  }
  return oldest
}
