/** What `/api/docs` of this service describes, from the schemas the routes validate with. */
import Type from 'typebox'
import type { Operation } from '../../door/openapi.ts'
import { ReviewRequest } from './broken-glass.ts'
import { CalculateRequest } from './calculate.ts'
import { GradeRequest } from './grades.ts'
import { reasonHeader, TranscriptRequest } from './transcript.ts'

const readers = ['student', 'parent', 'faculty', 'staff', 'registrar'] as const

export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/calculate',
    summary: 'Averages grade points by credit; nothing is stored',
    body: CalculateRequest,
    answer: { status: 200, meaning: 'The average with two decimals, rounded half up' },
  },
  {
    method: 'get',
    path: '/students/:id/transcript',
    summary:
      'Reads a transcript by a relationship of the roster; a typed reason breaks the glass for an hour',
    roles: readers,
    headers: { [reasonHeader]: Type.String({ description: 'typed reason, percent-encoded UTF-8' }) },
    answer: { status: 200, meaning: 'The transcript and on which basis it was read; the read is recorded' },
  },
  {
    method: 'post',
    path: '/students/:id/transcript',
    summary: 'Reads a transcript with a typed reason',
    roles: ['faculty', 'staff', 'registrar'],
    body: TranscriptRequest,
    answer: { status: 200, meaning: 'The transcript and on which basis it was read; the read is recorded' },
  },
  {
    method: 'get',
    path: '/glass',
    summary: 'Lists records that were opened with a typed reason and wait for their review, oldest first',
    roles: ['registrar'],
    query: { limit: Type.Integer({ minimum: 1, maximum: 200 }) },
    answer: { status: 200, meaning: 'Who opened whose record, when and why; looking is recorded, too' },
  },
  {
    method: 'post',
    path: '/glass/:id/review',
    summary: 'Says whether the reason held; closes what is still open',
    roles: ['registrar'],
    body: ReviewRequest,
    answer: { status: 200, meaning: 'The review is recorded; nobody reviews what they opened themselves' },
  },
  {
    method: 'get',
    path: '/students/:id/accesses',
    summary: 'Lists who saw a student’s record',
    roles: ['student', 'registrar'],
    answer: { status: 200, meaning: 'The accesses the ledger holds; looking is recorded, too' },
  },
  {
    method: 'get',
    path: '/courses',
    summary: 'Lists courses and the caller’s own part in them',
    answer: { status: 200, meaning: 'All courses of the tenant' },
  },
  {
    method: 'get',
    path: '/courses/:id/roster',
    summary: 'Reads a class roster with grades',
    roles: ['faculty', 'staff', 'registrar'],
    answer: { status: 200, meaning: 'The students; the read is recorded for each of them' },
  },
  {
    method: 'get',
    path: '/students',
    summary:
      'Lists students: all for the registrar of record, else those the caller teaches, advises or is a parent of',
    roles: ['parent', 'faculty', 'staff', 'registrar'],
    query: {
      after: Type.String({ description: 'last id of the page before' }),
      limit: Type.Integer({ minimum: 1, maximum: 200 }),
    },
    answer: { status: 200, meaning: 'A page of names and ids' },
  },
  {
    method: 'put',
    path: '/grades',
    summary: 'Enters or changes a grade',
    roles: ['faculty', 'staff', 'registrar'],
    body: GradeRequest,
    answer: { status: 200, meaning: 'Whether the grade was entered, changed or already so' },
  },
]
