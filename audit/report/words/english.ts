/** The report in English; its columns are the names programs read. */
import { csvColumns } from '../../format/csv.ts'
import { basisRules, type BasisCode } from '../../../contracts/basis.ts'
import { reportDoesNotShow, reportShows } from '../../../contracts/student-report.ts'
import { proofColumns, type ReportWords } from './report-words.ts'

export const english: ReportWords = {
  locale: 'en-US',
  title: 'Who saw this student record',
  made: ({ subject, made, period }) =>
    `Student ${subject}. Made ${made}${period === undefined ? '' : ` for entries from ${period.from} up to ${period.to}`}.`,
  log: ({ origin, size, root }) => `Log ${origin}, ${size} entries, signed root ${root}.`,
  synthetic: 'This report holds demo data. It is no evidence.',
  disclosures: 'Disclosures and requests (34 CFR 99.32)',
  otherAccess: 'Other access, kept as evidence',
  none: 'None.',
  notRecorded: 'not recorded',
  head: ['Entry', 'When', 'What', 'Who', 'Why', 'Leaf hash'],
  showsHeading: 'What this report shows',
  statement: ({ count, listed, unshown, id, sha256 }) =>
    `${count} entries are about this student: ${listed} are listed above and ${unshown} lie outside the period or are no longer kept in words. Entry ${id} of the log says the same, with the hash ${sha256}.`,
  shows: reportShows,
  attached: 'The file student-report.json inside this document carries the proof of every line.',
  doesNotShowHeading: 'What it does not show',
  doesNotShow: reportDoesNotShow,
  attachment: 'The report with the proof of every line',
  actions: {
    'transcript.read': 'transcript read',
    'transcript.denied': 'transcript asked for',
    'record.denied': 'record asked for',
    'accesses.read': 'list of accesses read',
    'roster.read': 'class list read',
    'grade.entered': 'grade entered',
    'grade.changed': 'grade changed',
    'profile.read': 'profile read',
    'directory.searched': 'directory searched',
    'user.created': 'account created',
    'user.updated': 'account updated',
    'user.deleted': 'account deleted',
    'role.changed': 'role changed',
    'booking.created': 'room booked',
    'booking.cancelled': 'booking cancelled',
    'auth.login': 'login',
    'auth.failed': 'login failed',
    'auth.logout': 'logout',
    'auth.token_reused': 'login token used twice',
    'auth.token_refused': 'login token refused',
    'tenant.crossed': 'reach for another school',
    'break_glass.read': 'transcript opened with a typed reason',
    'break_glass.reviewed': 'typed reason reviewed',
    'ledger.exported': 'log exported',
    'ledger.verified': 'log verified',
    'ledger.searched': 'log searched',
    'ledger.sampled': 'log sampled',
    'compliance.scanned': 'systems scanned',
    'producer.heartbeat': 'sign of life of a system',
    'event.conflicted': 'entry that contradicts an earlier one',
    'record.requested': 'request for access',
    'record.refused': 'request refused',
    'record.disclosed': 'disclosure',
    'record.redisclosed': 'disclosure by a recipient',
    'token.issued': 'token issued',
    'erasure.approved': 'erasure approved',
    'register.opened': 'register entry opened',
    'register.changed': 'register entry changed',
    'subject.erased': 'data erased',
    'register.read': 'register read',
    'retention.applied': 'retention applied',
    'ledger.reviewed': 'log reviewed',
    'quarantine.read': 'refused events read',
    'quarantine.dropped': 'refused event dropped',
  },
  outcomes: { denied: 'refused', failure: 'failed' },
  roles: {
    student: 'student',
    parent: 'parent',
    faculty: 'member of the faculty',
    staff: 'member of staff',
    registrar: 'registrar’s office',
    admin: 'administrator',
    auditor: 'auditor',
    operator: 'operator',
    service: 'campus system',
    anonymous: 'somebody who was not logged in',
  },
  bases: meanings(),
  resources: {
    transcript: 'transcript',
    accesses: 'list of accesses',
    roster: 'class list',
    students: 'list of students',
    grade: 'grade',
    broken_glass: 'access with a typed reason',
  },
  columns: namesOf([...csvColumns, ...proofColumns]),
}

function meanings(): ReportWords['bases'] {
  const entries = Object.entries(basisRules).map(([code, { meaning }]) => [code, meaning])
  // The keys are those of the table of bases.
  return Object.fromEntries(entries) as Record<BasisCode, string>
}

/** Names each column by itself. */
function namesOf<const C extends string>(columns: readonly C[]): Record<C, string> {
  const names: Partial<Record<C, string>> = {}
  for (const column of columns) names[column] = column
  // Every column is a key of it by now.
  return names as Record<C, string>
}
