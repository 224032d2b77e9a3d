/** Operations on people's records: reports, the record of disclosures and its registers, erasure, the sealed log. */
import { ErasureApproval, ErasureBody, ErasureCertificate } from '../../../contracts/erasure.ts'
import {
  AccessesAnswer,
  BasesAnswer,
  BlocksAnswer,
  RecordAnswer,
  RegisterEntryAnswer,
  RegisterPage,
  RightsAnswer,
  SealedAnswer,
} from '../../../contracts/ledger-answers.ts'
import { AccessRequestBody, CommandBody, DisclosureBody, OpenEntryBody } from '../../../contracts/record.ts'
import { SealedBody } from '../../../contracts/sealed.ts'
import { StudentReport } from '../../../contracts/student-report.ts'
import { body, count, json, rangeQuery, text, type Operation } from './operation.ts'

const subject = '/v1/subjects/:tenant/:subject'
const record = '/v1/record/:tenant'
const register = `${record}/registers/:register`
const actor = { actor: { ...text('account of who looks'), required: true } } as const

export const recordOperations = {
  getAccesses: {
    method: 'get',
    path: `${subject}/accesses`,
    summary: 'who saw the record, newest first',
    scopes: ['subjects:read', 'self:read'],
    query: { limit: count('most lines; default 100', 1_000), before: count('only entries below this index') },
    answers: json(AccessesAnswer),
  },
  getReport: {
    method: 'get',
    path: `${subject}/report`,
    summary: 'who saw the record, each line with its proof, and a statement of how many there are',
    scopes: ['subjects:read', 'self:read'],
    query: {
      format: text('json, csv or pdf', '^(json|csv|pdf)$'),
      language: text(
        'en or es, of the pages and the columns; default by Accept-Language, then en',
        '^(en|es)$',
      ),
      days: count('only so many days back', 36_525),
      since: rangeQuery.since,
      until: rangeQuery.until,
    },
    answers: {
      200: {
        meaning: 'The report.',
        content: {
          'application/json': StudentReport,
          'text/csv; charset=utf-8; header=present': undefined,
          'application/pdf': undefined,
        },
      },
    },
  },
  postDisclosure: {
    method: 'post',
    path: `${record}/disclosures`,
    summary: 'record a disclosure, one entry for each student',
    scopes: ['record:write'],
    body: body(DisclosureBody),
    answers: json(RecordAnswer),
  },
  postRequest: {
    method: 'post',
    path: `${record}/requests`,
    summary: 'record a request for access, taken in or refused',
    scopes: ['record:write'],
    body: body(AccessRequestBody),
    answers: json(RecordAnswer),
  },
  openRegisterEntry: {
    method: 'post',
    path: register,
    summary: 'open an entry of a register',
    scopes: ['record:write'],
    body: body(OpenEntryBody),
    answers: json(RegisterEntryAnswer),
  },
  changeRegisterEntry: {
    method: 'post',
    path: `${register}/:id/:command`,
    summary: 'carry out a command on an entry; some take another person than the one before',
    scopes: ['record:write'],
    body: body(CommandBody),
    answers: json(RegisterEntryAnswer),
  },
  listRegister: {
    method: 'get',
    path: register,
    summary: 'entries of a register; that somebody looked is in the log before they are answered',
    scopes: ['record:read'],
    query: {
      ...actor,
      limit: count('most entries; default 100', 500),
      student: text('only those about this student'),
      state: text('only those in this state'),
      after: text('id of the last entry of the page before'),
    },
    answers: json(RegisterPage),
  },
  getRegisterEntry: {
    method: 'get',
    path: `${register}/:id`,
    summary: 'one entry of a register',
    scopes: ['record:read'],
    query: actor,
    answers: json(RegisterEntryAnswer),
  },
  getBases: {
    method: 'get',
    path: `${record}/bases`,
    summary: 'the bases of a disclosure, what each means and asks for',
    scopes: ['record:read'],
    answers: json(BasesAnswer),
  },
  getRights: {
    method: 'get',
    path: `${record}/rights`,
    summary: 'who holds the rights over a student record, and by what a parent may see it',
    scopes: ['record:read'],
    query: {
      ...actor,
      student: { ...text('whose record it is'), required: true },
      at: text('instant, RFC 3339 in UTC; default now'),
    },
    answers: json(RightsAnswer),
  },
  getBlocks: {
    method: 'get',
    path: `${record}/blocks`,
    summary: 'what forbids to destroy anything about a student',
    scopes: ['record:read'],
    query: { student: { ...text('whose records would be destroyed'), required: true } },
    answers: json(BlocksAnswer),
  },
  eraseSubject: {
    method: 'post',
    path: '/v1/erasures/:tenant',
    summary:
      'destroy what is held about a subject; with a short-lived token only after another person approved it',
    scopes: ['erasures:write'],
    body: body(ErasureBody),
    answers: json(ErasureCertificate, 'The certificate.'),
  },
  approveErasure: {
    method: 'post',
    path: '/v1/erasures/:tenant/approvals',
    summary:
      'approve the erasure another person will ask for with the same body; takes a person’s short-lived token',
    scopes: ['erasures:write'],
    body: body(ErasureBody),
    answers: json(
      ErasureApproval,
      'It is approved for a quarter of an hour, and the log of the tenant says so.',
    ),
  },
} as const satisfies Record<string, Operation>

const sealed = { 'application/json': SealedAnswer }

/** Has an app of its own, which counts, traces and logs nothing; only where sealed logs are configured. */
export const sealedOperations = {
  postSealed: {
    method: 'post',
    path: '/v1/sealed/:tenant',
    summary: 'take a disclosure that must not show',
    scopes: ['sealed:write'],
    body: body(SealedBody),
    answers: {
      200: { meaning: 'It is written.', content: sealed },
      202: { meaning: 'It waits for its turn: send it again until it is written.', content: sealed },
    },
  },
} as const satisfies Record<string, Operation>
