/** Says in plain words who looked at a student's record and why; pure, so that its sentences are tested. */

export interface Access {
  readonly id: string
  readonly index: number
  readonly time: string | number
  readonly action: string
  readonly class: string
  readonly outcome: string
  readonly basis?: string
  readonly actorRole?: string
  readonly party?: string
  readonly interest?: string
  readonly synthetic?: boolean
}

export interface Told {
  readonly sentence: string
  readonly why: string
  readonly kind: 'read' | 'denied' | 'glass'
}

const people: Readonly<Record<string, string>> = {
  student: 'Another student',
  parent: 'A parent',
  faculty: 'A member of the faculty',
  staff: 'A member of staff',
  registrar: 'The registrar’s office',
  admin: 'An administrator',
  auditor: 'An auditor',
  operator: 'An operator',
  service: 'A campus system',
  anonymous: 'Somebody who was not logged in',
}

const deeds: Readonly<Record<string, readonly [did: string, tried: string]>> = {
  'transcript.read': ['read your transcript', 'tried to read your transcript'],
  'record.denied': ['read your record', 'tried to read your record'],
  'transcript.denied': ['tried to read your transcript', 'tried to read your transcript'],
  'break_glass.read': ['opened your transcript with a typed reason', 'tried to open your transcript'],
  'break_glass.reviewed': [
    'looked at why your transcript was opened with a typed reason',
    'tried to look at why your transcript was opened',
  ],
  'accesses.read': ['looked up who saw your record', 'tried to look up who saw your record'],
  'roster.read': ['saw you on a class list', 'tried to see a class list with you on it'],
  'grade.entered': ['entered a grade of yours', 'tried to enter a grade of yours'],
  'grade.changed': ['changed a grade of yours', 'tried to change a grade of yours'],
  'profile.read': ['read your profile', 'tried to read your profile'],
  'record.requested': ['asked for records of yours', 'asked for records of yours'],
  'record.refused': ['asked for records of yours', 'asked for records of yours'],
  'record.disclosed': ['was given records of yours', 'tried to get records of yours'],
  'record.redisclosed': [
    'was given records of yours by somebody who had them from the school',
    'tried to get records of yours',
  ],
}

/** Why the law lets somebody look, 34 CFR 99.31, as one may say it at a counter. */
const grounds: Readonly<Record<string, string>> = {
  '99.30': 'You agreed to this in writing.',
  '99.31(a)(1)(i)(A)': 'School staff may see records they need for their work.',
  '99.31(a)(1)(i)(B)': 'A company works for the school under its control.',
  '99.31(a)(2)': 'You are moving to another school.',
  '99.31(a)(8)': 'A parent of a dependent student may see the record.',
  '99.31(a)(10)': 'It was an emergency of health or safety.',
  '99.31(a)(11)': 'This is directory information, like a name in a phone book.',
  '99.31(a)(12)': 'It is your own record.',
}

/** Tells the reader's own look: a student reaches no record but their own, so one who was refused is another. */
export function isOwnVisit({ actorRole, outcome }: Access): boolean {
  return actorRole === 'student' && outcome === 'success'
}

/** Tells one access as a sentence and its ground. */
export function tell(access: Access): Told {
  const isDone = access.outcome === 'success' && !access.action.endsWith('.denied')
  const [did, tried] = deeds[access.action] ?? ['used your record', 'tried to use your record']
  const who = isOwnVisit(access) ? 'You' : (access.party ?? people[access.actorRole ?? ''] ?? 'Somebody')
  const sentence = `${who} ${isDone ? did : tried}${isDone ? '' : ' and was refused'}.`
  const ground = access.basis === undefined ? '' : (grounds[access.basis] ?? `Basis: 34 CFR ${access.basis}.`)
  return {
    sentence,
    why: [interestOf(access), ground].filter((part) => part !== '').join(' '),
    kind: !isDone ? 'denied' : access.action === 'break_glass.read' ? 'glass' : 'read',
  }
}

/** A typed reason is quoted; an interest the roster shows is said; one's own needs no word. */
function interestOf(access: Access): string {
  const { action, interest } = access
  if (interest === undefined || isOwnVisit(access)) return ''
  return action === 'break_glass.read' ? `Reason given: “${interest}”.` : `${interest}.`
}
