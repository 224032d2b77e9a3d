/** Whether the registers bear a disclosure: its agreement, consent, notices, opt-outs and debarments. Pure. */
import type { Fault } from '../../../contracts/problem.ts'
import type { DisclosureBody } from '../../../contracts/record.ts'
import { partyName } from './party-name.ts'
import { heldAt, type RegisterEntry } from './register-entry.ts'
import type { Rights } from './rights.ts'

/** What the registers know about a disclosure; what it names and they do not have is absent. */
export interface Standing {
  readonly agreement?: RegisterEntry<'agreement'>
  readonly consent?: RegisterEntry<'consent'>
  readonly policy?: RegisterEntry<'directory_policy'>
  readonly notice?: RegisterEntry<'annual_notice'>
  readonly redisclosure?: RegisterEntry<'redisclosure'>
  readonly optOuts: readonly RegisterEntry<'opt_out'>[]
  readonly debarments: readonly RegisterEntry<'debarment'>[]
  /** Rights of each student of the body at its time, in its order; empty where its basis is not about parents. */
  readonly rights: readonly Rights[]
}

/** What an opt-out does not reach in a class the student attends, 34 CFR 99.37(c). */
const inClassKinds: ReadonlySet<string> = new Set(['name', 'student_id', 'email'])

/** Lists what forbids a disclosure, each with where in its body. */
export function checkStanding(body: DisclosureBody, standing: Standing): Fault[] {
  return [
    ...checkAgreement(body, standing.agreement),
    ...checkConsent(body, standing.consent),
    ...checkPolicy(body, standing.policy),
    ...checkNotice(body, standing.notice),
    ...checkOptOuts(body, standing.optOuts),
    ...checkDebarments(body, standing.debarments),
    ...checkRedisclosure(body, standing.redisclosure),
    ...checkRights(body, standing.rights),
  ]
}

function checkAgreement(body: DisclosureBody, agreement: Standing['agreement']): Fault[] {
  if (body.personal.agreement === undefined) return []
  const at = '/personal/agreement'
  if (agreement?.state !== 'in_force') return [{ at, expected: 'an agreement of the register in force' }]
  const { bases, from, until, destroyBy } = agreement.facts
  const day = body.time.slice(0, 10)
  return [
    ...faultUnless(bases.includes(body.basis), at, 'an agreement for this basis'),
    ...faultUnless(from <= day && day <= until, at, `an agreement of that day, found ${from} to ${until}`),
    ...faultUnless(
      body.facts.destroyBy === undefined || destroyBy === undefined || body.facts.destroyBy <= destroyBy,
      '/facts/destroyBy',
      `a day not after that of the agreement`,
    ),
    ...checkKinds(body, agreement.facts.recordKinds, 'the agreement'),
    ...checkParties(body, agreement, 'the agreement'),
  ]
}

function checkConsent(body: DisclosureBody, consent: Standing['consent']): Fault[] {
  if (body.personal.consent === undefined) return []
  const at = '/personal/consent'
  if (consent === undefined) return [{ at, expected: 'a consent of the register' }]
  const { signedOn, until } = consent.facts
  const day = body.time.slice(0, 10)
  const isOthers = body.students.some((student) => student !== consent.personal?.student)
  const isOpen = consent.closedAt === undefined || body.time < consent.closedAt
  return [
    ...faultUnless(!isOthers, '/students', 'only the student who consented'),
    ...faultUnless(isOpen, at, 'a consent that was not revoked before'),
    ...faultUnless(signedOn <= day && (until === undefined || day <= until), at, 'a consent of that day'),
    ...checkKinds(body, consent.facts.recordKinds, 'the consent'),
    ...checkParties(body, consent, 'the consent'),
  ]
}

function checkPolicy(body: DisclosureBody, policy: Standing['policy']): Fault[] {
  if (body.basis !== '99.31(a)(11)') return []
  const at = '/facts/noticeVersion'
  if (policy?.state !== 'published') return [{ at, expected: 'a published notice of directory information' }]
  const { optOutUntil, isLimited, recordKinds } = policy.facts
  return [
    ...faultUnless(
      body.time.slice(0, 10) > optOutUntil,
      at,
      `a day after ${optOutUntil}, 34 CFR 99.37(a)(3)`,
    ),
    ...checkKinds(body, recordKinds, 'the notice'),
    ...(isLimited ? checkParties(body, policy, 'the notice') : []),
  ]
}

function checkNotice(body: DisclosureBody, notice: Standing['notice']): Fault[] {
  if (body.facts.policyVersion === undefined) return []
  const isGood = notice?.state === 'published' && notice.facts.noticeDate <= body.time.slice(0, 10)
  return faultUnless(isGood, '/facts/policyVersion', 'an annual notice that was published before')
}

function checkOptOuts(body: DisclosureBody, optOuts: Standing['optOuts']): Fault[] {
  if (body.basis !== '99.31(a)(11)') return []
  const kinds = body.facts.recordKinds ?? []
  if (body.facts.inClass === true && kinds.every((kind) => inClassKinds.has(kind))) return []
  const day = body.time.slice(0, 10)
  const held = optOuts.filter(
    ({ facts, closedAt }) => facts.from <= day && (closedAt === undefined || body.time < closedAt),
  )
  const out = new Set(held.map(({ personal }) => personal?.student))
  return body.students.flatMap((student, at) =>
    faultUnless(!out.has(student), `/students/${at}`, 'a student who has not opted out'),
  )
}

function checkDebarments(body: DisclosureBody, debarments: Standing['debarments']): Fault[] {
  const day = body.time.slice(0, 10)
  const held = debarments.filter(
    (entry) => heldAt(entry, body.time) && entry.facts.from <= day && day <= entry.facts.until,
  )
  const barred = new Set(
    held.flatMap(({ personal }) => (personal?.parties ?? []).map(({ name }) => partyName(name))),
  )
  return (['parties', 'onward'] as const).flatMap((list) =>
    (body.personal[list] ?? []).flatMap(({ name }, at) =>
      faultUnless(
        !barred.has(partyName(name)),
        `/personal/${list}/${at}`,
        'a party that is not debarred, 34 CFR 99.67',
      ),
    ),
  )
}

function checkRedisclosure(body: DisclosureBody, request: Standing['redisclosure']): Fault[] {
  if (body.redisclosure === undefined) return []
  const expected = 'a request for re-disclosure records that is open'
  return faultUnless(request?.state === 'requested', '/redisclosure', expected)
}

/**
 * A parent gets nothing on the parent's own right once it has passed to the student, 34 CFR 99.5(a), nor while the
 * registers do not say when it passes.
 */
function checkRights({ basis, facts }: DisclosureBody, rights: Standing['rights']): Fault[] {
  if (basis !== '99.31(a)(12)') return []
  const { recipientRole } = facts
  return rights.flatMap(({ holder, transferOn }, at) => {
    if (holder === 'parent') return []
    if (recipientRole === undefined) {
      const expected = 'student or parent: the rights are not known to be with the parent'
      return [{ at: '/facts/recipientRole', expected }]
    }
    const expected =
      transferOn === undefined
        ? 'a student whose eligibility is in the register'
        : `a student whose rights did not pass on ${transferOn}; 34 CFR 99.31(a)(8) takes evidence`
    return faultUnless(recipientRole !== 'parent', `/students/${at}`, expected)
  })
}

function checkKinds({ facts }: DisclosureBody, allowed: readonly string[], what: string): Fault[] {
  return (facts.recordKinds ?? []).flatMap((kind, at) =>
    faultUnless(allowed.includes(kind), `/facts/recordKinds/${at}`, `a kind ${what} covers`),
  )
}

function checkParties({ personal }: DisclosureBody, entry: RegisterEntry, what: string): Fault[] {
  const named = new Set((entry.personal?.parties ?? []).map(({ name }) => partyName(name)))
  return (personal.parties ?? []).flatMap(({ name }, at) =>
    faultUnless(named.has(partyName(name)), `/personal/parties/${at}`, `a party ${what} names`),
  )
}

function faultUnless(isGood: boolean, at: string, expected: string): Fault[] {
  return isGood ? [] : [{ at, expected }]
}
