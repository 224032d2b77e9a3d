/** An entry of a register as it stands, and what a new one must say beyond its shape. Pure. */
import type { Fault } from '../../../contracts/problem.ts'
import type { OpenEntryBody, Register, RegisterFacts, RegisterPersonal } from '../../../contracts/record.ts'
import { registerStates } from './register-states.ts'

/** What the sealed half of an entry holds. */
export interface EntryPersonal extends RegisterPersonal {
  readonly student?: string
}

export interface RegisterEntry<R extends Register = Register> {
  readonly id: string
  readonly register: R
  readonly state: string
  readonly revision: number
  /** RFC 3339, as are the others. */
  readonly openedAt: string
  readonly dueAt?: string
  readonly closedAt?: string
  readonly facts: RegisterFacts[R]
  /** Absent where the student's key or the sealed half is gone. */
  readonly personal?: EntryPersonal
}

/** An inspection is granted within 45 days (34 CFR 99.10(b)), a re-disclosure record within 30 (99.32(b)(2)(iii)). */
const daysUntilDue: Readonly<Partial<Record<Register, number>>> = { inspection: 45, redisclosure: 30 }
const dayMillis = 86_400_000

/** Computes when an entry is due; undefined where its register has no clock. */
export function dueAtOf(register: Register, openedAt: string, facts: object): string | undefined {
  const days = daysUntilDue[register]
  if (days !== undefined) return new Date(Date.parse(openedAt) + days * dayMillis).toISOString()
  const destroyBy = register === 'agreement' ? (facts as RegisterFacts['agreement']).destroyBy : undefined
  return destroyBy === undefined ? undefined : `${destroyBy}T23:59:59.999Z`
}

/** Lists what a new entry lacks beyond its shape. */
export function checkOpening<R extends Register>(
  register: R,
  body: Pick<OpenEntryBody, 'student' | 'personal' | 'time'>,
  facts: RegisterFacts[R],
): Fault[] {
  const { hasStudent } = registerStates[register]
  const faults: Fault[] = []
  const needs = (isThere: boolean, at: string, expected: string) => {
    if (!isThere) faults.push({ at, expected })
  }
  if (hasStudent !== 'maybe') {
    needs((body.student !== undefined) === hasStudent, '/student', hasStudent ? 'the student' : 'no student')
  }
  openingRules[register]?.({ body, facts, needs })
  return faults
}

interface Opening<R extends Register> {
  readonly body: Pick<OpenEntryBody, 'student' | 'personal' | 'time'>
  readonly facts: RegisterFacts[R]
  readonly needs: (isThere: boolean, at: string, expected: string) => void
}

const rules: { readonly [R in Register]?: (opening: Opening<R>) => void } = {
  agreement: ({ body, facts, needs }) => {
    needs(body.personal?.parties !== undefined, '/personal/parties', 'with whom it is made')
    needs(body.personal?.purpose !== undefined, '/personal/purpose', 'the purpose')
    needs(facts.until >= facts.from, '/facts/until', 'a day not before from')
    const destroyed = facts.destroyBy === undefined || facts.destroyBy >= body.time.slice(0, 10)
    needs(destroyed, '/facts/destroyBy', 'a day not before the entry')
    const asksDestruction = facts.bases.some((basis) => /^99\.31\(a\)\([36]\)/.test(basis))
    needs(
      !asksDestruction || facts.destroyBy !== undefined,
      '/facts/destroyBy',
      'a day, 34 CFR 99.35, 99.31(a)(6)',
    )
    const asksControl = facts.bases.includes('99.31(a)(1)(i)(B)')
    needs(!asksControl || facts.directControl === true, '/facts/directControl', 'true with a contractor')
  },
  consent: ({ body, facts, needs }) => {
    needs(body.personal?.parties !== undefined, '/personal/parties', 'to whom, 34 CFR 99.30(b)(3)')
    needs(body.personal?.purpose !== undefined, '/personal/purpose', 'the purpose, 34 CFR 99.30(b)(2)')
    needs(
      facts.until === undefined || facts.until >= facts.signedOn,
      '/facts/until',
      'a day not before signedOn',
    )
    const isTied = facts.signature === 'handwritten' || facts.identityMethod !== undefined
    needs(isTied, '/facts/identityMethod', 'how the signature is tied to the person, 34 CFR 99.30(d)')
  },
  directory_policy: ({ body, facts, needs }) => {
    needs(facts.optOutUntil >= facts.noticeDate, '/facts/optOutUntil', 'a day not before noticeDate')
    const names = body.personal?.parties !== undefined
    needs(!facts.isLimited || names, '/personal/parties', 'who may get it, 34 CFR 99.37(d)')
  },
  debarment: ({ body, facts, needs }) => {
    needs(body.personal?.parties?.length === 1, '/personal/parties', 'the one party')
    needs(facts.until >= fiveYearsAfter(facts.from), '/facts/until', 'five years or more, 34 CFR 99.67')
  },
  hold: ({ body, facts, needs }) => {
    needs(body.personal?.legalCase !== undefined, '/personal/legalCase', 'the case')
    const student = body.student !== undefined
    needs(student === (facts.scope === 'subject'), '/student', 'a student exactly where the scope is one')
    const actor = body.personal?.heldActor !== undefined
    needs(
      actor === (facts.scope === 'actor'),
      '/personal/heldActor',
      'an account exactly where the scope is one',
    )
    const isWindow = facts.from === undefined || facts.until === undefined || facts.until >= facts.from
    needs(isWindow, '/facts/until', 'a day not before from')
  },
  amendment: ({ body, needs }) => {
    needs(body.personal?.records !== undefined, '/personal/records', 'what is to be amended, and why')
  },
  eligibility: ({ body, needs }) => {
    const { eighteenOn, postsecondaryFrom } = body.personal ?? {}
    const isKnown = eighteenOn !== undefined || postsecondaryFrom !== undefined
    needs(isKnown, '/personal/eighteenOn', 'the day of age or of postsecondary attendance, 34 CFR 99.3')
  },
  dependency: ({ facts, needs }) => {
    needs(facts.until >= facts.from, '/facts/until', 'a day not before from')
  },
  redisclosure: ({ body, needs }) => {
    needs(body.personal?.parties?.length === 1, '/personal/parties', 'the one authority that is asked')
  },
}
// Each rule is called with the facts of its own register.
const openingRules = rules as Readonly<Partial<Record<Register, (opening: Opening<Register>) => void>>>

function fiveYearsAfter(day: string): string {
  return `${Number(day.slice(0, 4)) + 5}${day.slice(4)}`
}

/** Tells whether an entry held at an instant; what was revoked or lifted later still held then. */
export function heldAt({ openedAt, closedAt }: RegisterEntry, time: string): boolean {
  return openedAt <= time && (closedAt === undefined || time < closedAt)
}
