/**
 * What takes two people: the second says yes to one request, under their own token and before the first makes it.
 * No token is handed over, and a yes to one request is none to another. Long-lived tokens belong to programs of this
 * house on loopback, which ask their people themselves.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { defaultTokenSeconds } from '../../contracts/ledger-token.ts'
import { Refusal } from '../../lib/refusal.ts'
import { isIssued, type Grant } from '../../lib/token.ts'

/** A request by its tenant, its id and everything else it says. */
export interface Approvable {
  readonly tenant: string
  readonly body: { readonly id: string }
}

interface Approval {
  readonly tenant: string
  readonly id: string
  readonly sha256: string
  readonly person: string
  /** Who asked for the person's token. */
  readonly actor: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** As long as the token of whoever gives it lives by default: who approved is asked again after it. */
const lifeMillis = defaultTokenSeconds * 1_000
/** People approve; more than this in a quarter of an hour are none. */
const maxApprovals = 1_000

/** Approvals in memory: after a start they are asked for again. */
export class Approvals {
  readonly #now: () => number
  #given: readonly Approval[] = []

  /** @param now milliseconds since the epoch */
  constructor(now: () => number) {
    this.#now = now
  }

  /** @throws Refusal forbidden when whoever shows the token is no person, overloaded when too many approvals wait */
  refuseUnfit(second: Grant): void {
    if (!isIssued(second)) throw refused('an approval takes the short-lived token of a person')
    if (this.#standing().length < maxApprovals) return
    throw new Refusal('overloaded', { detail: 'too many approvals wait', headers: { 'retry-after': '60' } })
  }

  /**
   * Keeps an approval; the same again lives anew.
   *
   * @returns when it ends, milliseconds since the epoch
   * @throws Refusal as `refuseUnfit`
   */
  give(second: Grant, request: Approvable): number {
    this.refuseUnfit(second)
    const expiresAt = this.#now() + lifeMillis
    const { name: person, signed } = second
    const approval = { ...placeOf(request), person, actor: signed?.actor, expiresAt }
    const others = this.#standing().filter((other) => !(isSame(other, approval) && other.person === person))
    this.#given = [...others, approval]
    return expiresAt
  }

  /**
   * Demands that another person approved what is asked.
   *
   * @returns true where it was, false for a long-lived token, which needs none
   * @throws Refusal forbidden when nobody did, or only who cannot be another
   */
  demand(first: Grant, request: Approvable): boolean {
    if (first.signed === undefined) return false
    const place = placeOf(request)
    const isApproved = this.#standing().some((given) => isSame(given, place) && isAnother(first, given))
    if (!isApproved) throw refused('it takes the approval of another person, for this very request')
    return true
  }

  #standing(): readonly Approval[] {
    const now = this.#now()
    return this.#given.filter(({ expiresAt }) => expiresAt > now)
  }
}

function placeOf({ tenant, body }: Approvable): Pick<Approval, 'tenant' | 'id' | 'sha256'> {
  const sha256 = createHash('sha256').update(canonicalJson(body)).digest('hex')
  return { tenant, id: body.id, sha256 }
}

function isSame(a: ReturnType<typeof placeOf>, b: ReturnType<typeof placeOf>): boolean {
  return a.tenant === b.tenant && a.id === b.id && a.sha256 === b.sha256
}

/** Whoever asks for tokens could ask for one in another name: neither may have asked for the other's. */
function isAnother({ name, signed }: Grant, { person, actor }: Approval): boolean {
  return person !== name && person !== signed?.actor && actor !== name
}

function refused(detail: string): Refusal {
  return new Refusal('forbidden', { detail })
}
