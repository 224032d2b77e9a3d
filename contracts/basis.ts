/**
 * The bases on which an education record may be disclosed, 34 CFR 99.30 and 99.31 and the statute itself where the
 * regulation is behind it, as data: whether 34 CFR 99.32 asks for a record of the disclosure, whether 99.33(d) asks
 * for a notice to the recipient, and which facts must be there before a disclosure on that basis is written down.
 */

/** Why 34 CFR 99.32(d) exempts a basis from the disclosure record, or `required` where it does not. */
export type RecordDuty =
  'required' | 'exempt(d)(1)' | 'exempt(d)(2)' | 'exempt(d)(3)' | 'exempt(d)(4)' | 'exempt(d)(5)' | 'not-pii'

/** Whether the recipient must be told of the limits on re-disclosure, 34 CFR 99.33(d). */
export type NoticeDuty = 'required' | 'not-required' | 'not-applicable'

/** What a basis asks for beyond what every disclosure says; the checker knows where each stands in an event. */
export type Demand =
  | 'advanceNotice'
  | 'agreement'
  | 'authorities'
  | 'certification'
  | 'circumstances'
  | 'codeIndependent'
  | 'consent'
  | 'copyOffered'
  | 'decidedAt'
  | 'dependencyEvidence'
  | 'destroyBy'
  | 'determination'
  | 'directControl'
  | 'finalResults'
  | 'instrument'
  | 'legalCase'
  | 'matchedOn'
  | 'noticeVersion'
  | 'optOutChecked'
  | 'othersWithheld'
  | 'policyVersion'
  | 'purpose'
  | 'recipientRole'
  | 'statute'
  | 'threat'
  | 'transferNotice'
  | 'underTwentyOne'

export interface BasisRule {
  /** In plain words, for people who choose one and people who read it. */
  readonly meaning: string
  readonly duty: RecordDuty
  readonly notice: NoticeDuty
  /** True where the student must not learn of it: it may stand in no log a report is made from. */
  readonly sealed?: true
  readonly demands: readonly Demand[]
}

const recorded = { duty: 'required', notice: 'required' } as const
const recordedOnly = { duty: 'required', notice: 'not-required' } as const
const sealed = {
  duty: 'exempt(d)(5)',
  notice: 'not-required',
  sealed: true,
  demands: ['instrument'],
} as const
const study = { ...recorded, demands: ['agreement', 'purpose', 'destroyBy'] } as const
const authority = { ...recorded, demands: ['authorities', 'agreement', 'destroyBy'] } as const

export const basisRules = {
  '99.30': {
    meaning: 'written consent of the student or parent',
    duty: 'exempt(d)(3)',
    notice: 'required',
    demands: ['consent', 'purpose'],
  },
  '99.31(a)(1)(i)(A)': {
    meaning: 'school official with a legitimate educational interest',
    duty: 'exempt(d)(2)',
    notice: 'not-applicable',
    demands: ['recipientRole', 'policyVersion'],
  },
  '99.31(a)(1)(i)(B)': {
    meaning: 'contractor acting as a school official',
    duty: 'exempt(d)(2)',
    notice: 'required',
    demands: ['agreement', 'directControl'],
  },
  '99.31(a)(2)': {
    meaning: 'another school where the student seeks to enrol',
    ...recorded,
    demands: ['transferNotice', 'copyOffered'],
  },
  '99.31(a)(3)(i)': { meaning: 'Comptroller General of the United States', ...authority },
  '99.31(a)(3)(ii)': { meaning: 'Attorney General of the United States', ...authority },
  '99.31(a)(3)(iii)': { meaning: 'Secretary of Education', ...authority },
  '99.31(a)(3)(iv)': { meaning: 'State or local educational authority', ...authority },
  '99.31(a)(4)(i)(A)': { meaning: 'financial aid: eligibility', ...recorded, demands: [] },
  '99.31(a)(4)(i)(B)': { meaning: 'financial aid: amount', ...recorded, demands: [] },
  '99.31(a)(4)(i)(C)': { meaning: 'financial aid: conditions', ...recorded, demands: [] },
  '99.31(a)(4)(i)(D)': { meaning: 'financial aid: enforcing its terms', ...recorded, demands: [] },
  '99.31(a)(5)(i)(A)': {
    meaning: 'juvenile justice under a State statute of before 19 November 1974',
    ...recorded,
    demands: ['statute'],
  },
  '99.31(a)(5)(i)(B)': {
    meaning: 'juvenile justice under a State statute of after 19 November 1974',
    ...recorded,
    demands: ['statute', 'certification'],
  },
  '99.31(a)(6)(i)(A)': { meaning: 'study: predictive tests', ...study },
  '99.31(a)(6)(i)(B)': { meaning: 'study: student aid programmes', ...study },
  '99.31(a)(6)(i)(C)': { meaning: 'study: improving instruction', ...study },
  '99.31(a)(7)': { meaning: 'accrediting organisation', ...recorded, demands: [] },
  '99.31(a)(8)': {
    meaning: 'parent of a dependent student',
    ...recordedOnly,
    demands: ['dependencyEvidence'],
  },
  '99.31(a)(9)(i)': {
    meaning: 'judicial order or subpoena',
    ...recordedOnly,
    demands: ['instrument', 'advanceNotice'],
  },
  '99.31(a)(9)(ii)(A)': { meaning: 'federal grand jury subpoena with an order of silence', ...sealed },
  '99.31(a)(9)(ii)(B)': { meaning: 'law-enforcement subpoena with an order of silence', ...sealed },
  '99.31(a)(9)(ii)(C)': { meaning: 'ex parte order concerning terrorism', ...sealed },
  '99.31(a)(9)(iii)(A)': {
    meaning: 'lawsuit of the institution against a parent or student',
    ...recordedOnly,
    demands: ['legalCase'],
  },
  '99.31(a)(9)(iii)(B)': {
    meaning: 'lawsuit of a parent or student against the institution',
    ...recordedOnly,
    demands: ['legalCase'],
  },
  '99.31(a)(10)': {
    meaning: 'health or safety emergency',
    ...recorded,
    demands: ['threat', 'decidedAt', 'circumstances'],
  },
  '99.31(a)(11)': {
    meaning: 'directory information',
    duty: 'exempt(d)(4)',
    notice: 'not-required',
    demands: ['noticeVersion', 'optOutChecked', 'matchedOn'],
  },
  '99.31(a)(12)': {
    meaning: 'the student, or the parent of a student who is not yet eligible',
    duty: 'exempt(d)(1)',
    notice: 'not-required',
    demands: [],
  },
  '99.31(a)(13)': {
    meaning: 'victim of an alleged crime of violence or sex offence: final results',
    ...recorded,
    demands: ['finalResults'],
  },
  '99.31(a)(14)': {
    meaning: 'final results of a disciplinary proceeding that found a violation',
    ...recordedOnly,
    demands: ['finalResults', 'othersWithheld'],
  },
  '99.31(a)(15)': {
    meaning: 'parent of a student under 21: alcohol or drug violation',
    ...recordedOnly,
    demands: ['underTwentyOne'],
  },
  '99.31(a)(16)': { meaning: 'registered sex offenders', ...recordedOnly, demands: [] },
  '99.31(b)(1)': {
    meaning: 'de-identified records',
    duty: 'not-pii',
    notice: 'not-applicable',
    demands: ['determination'],
  },
  '99.31(b)(2)': {
    meaning: 'de-identified records with a code, for research',
    duty: 'not-pii',
    notice: 'not-applicable',
    demands: ['determination', 'codeIndependent'],
  },
  '20USC1232g(b)(1)(K)': { meaning: 'Food and Nutrition Service of USDA', ...recorded, demands: [] },
  '20USC1232g(b)(1)(L)': { meaning: 'caseworker of a child-welfare agency', ...recorded, demands: [] },
  '20USC1232g(b)(2)(B)': {
    meaning: 'court order in a child-welfare case',
    ...recorded,
    demands: ['instrument'],
  },
} as const satisfies Readonly<Record<string, BasisRule>>

export type BasisCode = keyof typeof basisRules

// Every key of the table is a code, and nothing else is.
export const basisCodes = Object.keys(basisRules) as readonly BasisCode[]

/** Gives the rule of a basis. */
export function ruleOf(basis: BasisCode): BasisRule {
  return basisRules[basis]
}

/** Tells whether a read on this basis belongs to the disclosure record; an exempt one is kept as access evidence. */
export function recordDuty(basis: BasisCode): RecordDuty {
  return basisRules[basis].duty
}
