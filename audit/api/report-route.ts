/** `GET /v1/subjects/:tenant/:subject/report`: what a student, or who asks for the student, is owed. */
import type { Request, RequestHandler } from 'express'
import type { StudentReport } from '../../contracts/student-report.ts'
import { Refusal } from '../../lib/refusal.ts'
import { tokenOf } from '../../lib/token.ts'
import { uuid7 } from '../../lib/uuid7.ts'
import { reportCsv } from '../report/report-csv.ts'
import { buildStudentReport, reportedClasses, type Period } from '../report/student-report.ts'
import { isLanguage, languages, wordsIn, type Language } from '../report/words/choose-words.ts'
import type { ReportWords } from '../report/words/report-words.ts'
import type { SubjectReader } from '../store/subject-reader.ts'
import { timeOf } from './entry-range.ts'
import { HashedBody } from './hashed-body.ts'
import { publishedOf, type LogRouteParts } from './log-routes.ts'
import { numberOf, subjectOf, tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface ReportRouteParts extends LogRouteParts {
  readonly subjects: SubjectReader
}

type Pieces = Iterable<string> | AsyncIterable<Uint8Array>

interface Format {
  readonly mediaType: string
  /** False where nothing in it is told in words of a language. */
  readonly isWorded: boolean
  readonly write: (report: StudentReport, words: ReportWords) => Pieces | Promise<Pieces>
}

const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['json', { mediaType: 'application/json', isWorded: false, write: (report) => [JSON.stringify(report)] }],
  ['csv', { mediaType: 'text/csv; charset=utf-8; header=present', isWorded: true, write: reportCsv }],
  [
    'pdf',
    {
      mediaType: 'application/pdf',
      isWorded: true,
      // Drawing takes fonts and a layout engine: loaded when somebody wants a page.
      write: async (report, words) => (await import('../report/report-pdf.ts')).reportPdf(report, words),
    },
  ],
])

/** Most entries of one report; whoever has more asks for periods. */
const maxEntries = 20_000
const dayMillis = 86_400_000

/** Answers a student's report; the event that states how many entries there are is durable before it is sent. */
export function getReport({ sdk, reader, logs, appender, subjects }: ReportRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const subject = subjectOf(request)
    const format = formatOf(request)
    const language = languageOf(request)
    const generatedAt = new Date()
    const period = periodOf(request, generatedAt)
    const checkpoint = await publishedOf(reader, tenant)
    const log = await logs.open(tenant)
    const query = { subject, size: checkpoint.size, classes: reportedClasses, limit: maxEntries + 1 }
    const entries = await subjects.entries(log, query)
    if (entries.length > maxEntries) {
      throw new Refusal('query_invalid', { detail: `more than ${maxEntries} entries are about this student` })
    }
    const id = uuid7()
    const parts = { tenant, subject, vkey: log.vkey, checkpoint, entries, generatedAt, statementId: id }
    const report = buildStudentReport({ ...parts, ...(period === undefined ? {} : { period }) })
    const { size, count, sha256 } = report.statement
    const evidence = { format: 'report', from: 0, to: size, count, sha256 }
    const facts = { action: 'accesses.read', outcome: 'success', evidence } as const
    // A key is made for whomever an event is about: not for a name nobody has met, nor again for one that was erased.
    const isKnown = await subjects.isKnown(log, subject)
    const about = isKnown ? { subject } : {}
    await recordView(appender, { id, tenant, facts, viewer: tokenOf(request).name, ...about })
    response.set('cache-control', 'no-store').type(format.mediaType)
    if (format.isWorded) response.set('content-language', language).vary('accept-language')
    const body = new HashedBody(response)
    for await (const piece of await format.write(report, wordsIn(language))) await body.write(piece)
    body.end()
  }
}

function formatOf(request: Request): Format {
  const name = request.query['format'] ?? 'json'
  const format = typeof name === 'string' ? formats.get(name) : undefined
  if (format !== undefined) return format
  throw new Refusal('query_invalid', {
    faults: [{ at: 'format', expected: `one of ${[...formats.keys()].join(', ')}` }],
  })
}

/** Reads `language`, else what the caller's program prefers of the languages there are, else the first of them. */
function languageOf(request: Request): Language {
  const asked = request.query['language']
  if (isLanguage(asked)) return asked
  if (asked !== undefined) {
    throw new Refusal('query_invalid', {
      faults: [{ at: 'language', expected: `one of ${languages.join(', ')}` }],
    })
  }
  const preferred = request.acceptsLanguages([...languages])
  return isLanguage(preferred) ? preferred : languages[0]
}

/** Reads `days`, counted back from now, or `since` and `until`; a complaint looks back 180 days, 34 CFR 99.64(c). */
function periodOf(request: Request, now: Date): Period | undefined {
  const since = timeOf(request, 'since')
  const until = timeOf(request, 'until')
  const days = numberOf(request, 'days', { fallback: 0, max: 36_525 })
  if (days > 0 && (since !== undefined || until !== undefined)) {
    throw new Refusal('query_invalid', { faults: [{ at: 'days', expected: 'no time beside it' }] })
  }
  if (days > 0) return { from: now.getTime() - days * dayMillis, to: now.getTime() }
  if (since === undefined && until === undefined) return undefined
  return { from: since ?? 0, to: until ?? now.getTime() }
}
