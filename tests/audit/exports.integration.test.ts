/** Exports and reports of a real ledger, read back as an auditor and a student would. */
import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { AuditError } from '../../audit/log/errors.ts'
import { parseVerifierKey } from '../../audit/log/note.ts'
import { verifyPopulation } from '../../audit/report/population.ts'
import { drawSample } from '../../audit/report/sample.ts'
import { verifyStudentReport } from '../../audit/report/verify-report.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import { Population } from '../../contracts/population.ts'
import { StudentReport } from '../../contracts/student-report.ts'
import { validator } from '../../lib/validate.ts'
import { eventually } from '../support/poll.ts'
import { officialOscal } from '../support/official-oscal.ts'
import { officialOcsf } from '../support/official-ocsf.ts'
import { addToken } from './api/door-client.ts'
import { parseCef, parseCsv } from './format/strict-parsers.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

interface Line {
  readonly index: number
  readonly leaf: { readonly id: string; readonly time: number }
  readonly facts: { readonly action: string; readonly evidence?: Record<string, unknown> }
}

describe('exports and reports of a running ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let searcher: string
  const offered = 23

  before(async () => {
    home = await makeHome()
    searcher = addToken(home, 'searcher', { scopes: ['export:read', 'subjects:read'] })
    ledger = await startLedger(home)
    const subjects = Array.from({ length: offered }, (_, at) => `student-${at % 3}`)
    await append(
      ledger,
      subjects.map((subject) =>
        anEvent({ personal: { actor: '=cmd()', subject, party: 'Advisor', interest: 'x' } }),
      ),
    )
    await awaitCheckpoint(ledger, 'drill', offered)
  })

  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')
  const fetchExport = (query: string) => ask(ledger, `/v1/logs/drill/export?${query}`)
  const jsonLines = async (query: string) =>
    linesOf(await (await fetchExport(query)).text()).map((line) => JSON.parse(line) as Line)

  /** Waits until the event that an answer names is signed for, and reads it. */
  async function eventOf(id: string | null): Promise<Line> {
    return eventually('the event of the view', async () =>
      (await jsonLines('format=jsonl')).find(({ leaf }) => leaf.id === id),
    )
  }

  it('exports every entry of a range once and in order, and logs the hash of what it sent', async () => {
    for (const format of ['ocsf', 'cef', 'csv', 'jsonl']) {
      const response = await fetchExport(`format=${format}&from=2&to=${offered}`)
      const text = await response.text()
      expect(response.headers.get('campanile-range')).to.equal(`2-${offered}`)
      const { facts } = await eventOf(response.headers.get('campanile-event'))
      expect(facts.action).to.equal('ledger.exported')
      expect(facts.evidence).to.deep.equal({
        format,
        from: 2,
        to: offered,
        count: offered - 2,
        sha256: createHash('sha256').update(text).digest('hex'),
      })
    }
  })

  it('logs who took the export that is verified, how much of the log, and the hash of what was sent', async () => {
    const response = await fetchExport('')
    const text = await response.text()
    const size = linesOf(text).filter((line) => 'leaf' in (JSON.parse(line) as object)).length
    const { index, facts } = await eventOf(response.headers.get('campanile-event'))
    const sha256 = createHash('sha256').update(text).digest('hex')
    expect(facts.action).to.equal('ledger.exported')
    expect(facts.evidence).to.deep.equal({ format: 'export', from: 0, to: size, count: size, sha256 })
    const found = await eventually('the entry is searched by who asked', async () => {
      const page = await ask(ledger, '/v1/logs/drill/search?action=ledger.exported&actor=operator', {
        token: searcher,
      })
      const { entries } = (await page.json()) as { entries: Line[] }
      return entries.find((entry) => entry.index === index)
    })
    expect(found.facts.evidence?.['sha256']).to.equal(sha256)
  })

  it('exports what strict readers of each format read', async () => {
    const indices = Array.from({ length: offered }, (_, at) => at)
    const text = async (format: string) => (await fetchExport(`format=${format}&to=${offered}`)).text()
    const [head = [], ...rows] = parseCsv(await text('csv'))
    expect(rows.map((row) => Number(row[head.indexOf('index')]))).to.deep.equal(indices)
    const events = linesOf(await text('cef')).map((line) => parseCef(line).extension)
    expect(events.map((event) => Number(event.get('cn1')))).to.deep.equal(indices)
    const faultsOf = officialOcsf() ?? (() => [])
    for (const line of linesOf(await text('ocsf'))) expect(faultsOf(JSON.parse(line))).to.deep.equal([])
  })

  it('exports the same assessment results of a range each time, with evidence that is there', async () => {
    const response = await fetchExport(`format=oscal&from=2&to=${offered}`)
    const text = await response.text()
    const faultsOf = officialOscal() ?? (() => [])
    expect(faultsOf(JSON.parse(text))).to.deep.equal([])
    const { facts } = await eventOf(response.headers.get('campanile-event'))
    // The log has grown by now.
    expect(await (await fetchExport(`format=oscal&from=2&to=${offered}`)).text()).to.equal(text)
    const sha256 = createHash('sha256').update(text).digest('hex')
    expect(facts.evidence).to.deep.equal({
      format: 'oscal',
      from: 2,
      to: offered,
      count: offered - 2,
      sha256,
    })
    const hrefs = [...text.matchAll(/"href":"(\/v1[^"]+)"/g)].map(([, href]) => href ?? '')
    for (const href of new Set(hrefs)) expect((await ask(ledger, href)).status).to.equal(200)
  })

  it('exports no personal data', async () => {
    const text = await (await fetchExport('format=jsonl')).text()
    // Whole, brackets included: a few letters stand in many a hash.
    expect(text).not.to.match(/student-0|Advisor|=cmd\(\)/)
  })

  it('finds a period by the time of sequencing', async () => {
    const all = await jsonLines(`format=jsonl&to=${offered}`)
    const until = new Date((all.at(-1)?.leaf.time ?? 0) + 1).toISOString()
    expect((await jsonLines(`format=jsonl&since=2000-01-01&until=${until}`)).length).to.be.at.least(offered)
    expect(await jsonLines('format=jsonl&since=2000-01-01&until=2001-01-01')).to.deep.equal([])
  })

  it('refuses formats and ranges that are none', async () => {
    for (const query of [
      'format=xml',
      'format=csv&from=5&to=4',
      'format=csv&since=x',
      'format=csv&from=0&since=2026-01-01',
    ]) {
      const response = await fetchExport(query)
      expect([response.status, ((await response.json()) as { code: string }).code]).to.deep.equal([
        400,
        'QUERY_INVALID',
      ])
    }
  })

  const populationOf = async (query: string) => {
    const outcome = validator(Population)(
      await (await ask(ledger, `/v1/logs/drill/population?${query}`)).json(),
    )
    if (!outcome.valid) throw new Error(JSON.stringify(outcome.faults))
    return outcome.value
  }

  it('proves that the entries of a period are all there are, and finds out one that is left out', async () => {
    const all = await jsonLines(`format=jsonl&to=${offered}`)
    const since = new Date((all[0]?.leaf.time ?? 0) + 1).toISOString()
    const key = parseVerifierKey((await populationOf('')).vkey)
    for (const query of [`since=2000-01-01`, `since=${since}`, 'from=3&to=9', 'until=2001-01-01']) {
      const population = await populationOf(query)
      const { from, to } = population
      const leaves = (await jsonLines(`format=jsonl&from=${from}&to=${to}`)).map(({ leaf }) => leaf as Leaf)
      verifyPopulation(population, leaves, key)
      if (leaves.length === 0) continue
      expect(() => verifyPopulation(population, leaves.slice(1), key)).to.throw(AuditError)
      const narrowed = { ...population, from: from + 1 }
      expect(() => verifyPopulation(narrowed, leaves.slice(1), key)).to.throw(AuditError)
    }
  })

  it('draws a sample of a signed size that whoever has the checkpoint and the nonce draws again', async () => {
    const checkpoint = await awaitCheckpoint(ledger, 'drill', offered)
    const size = Number(checkpoint.split('\n')[1])
    const nonce = randomBytes(16).toString('hex')
    const query = `size=${size}&nonce=${nonce}&count=5&from=1&to=${offered}`
    const sample = (await (await ask(ledger, `/v1/logs/drill/sample?${query}`)).json()) as {
      indices: number[]
    }
    const root = Buffer.from(checkpoint.split('\n')[2] ?? '', 'base64')
    const drawn = drawSample({ root, nonce: Buffer.from(nonce, 'hex'), from: 1, to: offered, count: 5 })
    expect(sample.indices).to.deep.equal(drawn)
    const short = await ask(ledger, `/v1/logs/drill/sample?size=${size}&nonce=00&count=5`)
    expect(short.status).to.equal(400)
  })

  it('takes CloudEvents once each, and refuses a batch with a fault whole', async () => {
    const cloud = {
      specversion: '1.0',
      id: 'A-1',
      source: 'https://sis.example/grades',
      type: 'campanile.audit.grade.changed',
      data: { facts: { class: 'access', outcome: 'success' }, personal: { subject: 'student-9' } },
    }
    const send = (events: unknown, type = 'application/cloudevents-batch+json') =>
      ask(ledger, '/v1/logs/drill/cloudevents', {
        method: 'POST',
        token: home.tokens.academics,
        headers: { 'content-type': type },
        body: JSON.stringify(events),
      })
    const outcomes = async (events: unknown) =>
      ((await (await send(events)).json()) as { receipts: { outcome: string }[] }).receipts.map(
        ({ outcome }) => outcome,
      )
    expect(await outcomes([{ ...cloud, time: '2026-09-01T08:00:00Z' }])).to.deep.equal(['appended'])
    expect(await outcomes([{ ...cloud, time: '2026-09-01T08:00:00Z' }])).to.deep.equal(['duplicate'])
    expect((await send([cloud, { ...cloud, specversion: '0.3' }])).status).to.equal(422)
    expect((await send([cloud], 'application/json')).status).to.equal(415)
  })

  const report = (query = '') =>
    ask(ledger, `/v1/subjects/drill/student-0/report${query}`, { token: home.tokens.academics })

  async function checkedReport(query = ''): Promise<StudentReport> {
    const outcome = validator(StudentReport)(await (await report(query)).json())
    if (!outcome.valid) throw new Error(JSON.stringify(outcome.faults))
    const vkey = await (await ask(ledger, '/v1/logs/drill/key')).text()
    verifyStudentReport(outcome.value, parseVerifierKey(vkey.trim()))
    return outcome.value
  }

  it('reports every entry about a student, proved, and each report contradicts a later one that says less', async () => {
    const first = await checkedReport()
    const about = Array.from({ length: offered }, (_, at) => at).filter((at) => at % 3 === 0)
    expect(first.lines.map(({ index }) => index).filter((index) => index < offered)).to.deep.equal(about)
    await eventOf(first.statement.id)
    const second = await checkedReport()
    const statement = second.lines.find(({ leaf }) => leaf.id === first.statement.id)
    expect(statement?.facts.evidence).to.deep.include({
      count: first.statement.count,
      sha256: first.statement.sha256,
      to: first.statement.size,
    })
  })

  it('reports the last 180 days, and a period in which nothing happened', async () => {
    const recent = await checkedReport('?days=180')
    expect(recent.lines.length).to.be.at.least(8)
    const old = await checkedReport('?since=2000-01-01&until=2001-01-01')
    expect(old.lines).to.deep.equal([])
    expect(old.unshown.length).to.be.at.least(recent.lines.length)
  })

  it('reports as CSV', async () => {
    const response = await report('?format=csv')
    expect(response.headers.get('content-type')).to.match(/^text\/csv/)
    const [head = [], ...rows] = parseCsv(await response.text())
    expect(rows[0]?.[head.indexOf('actor')]).to.equal('=cmd()')
  })

  it('reports in the language that is asked for, else in one the reader prefers', async () => {
    const heads = async (query: string, accept: string) => {
      const headers = { authorization: `Bearer ${home.tokens.academics}`, 'accept-language': accept }
      const answer = await fetch(`${ledger.url}/v1/subjects/drill/student-0/report${query}`, { headers })
      const [head] = parseCsv(await answer.text())
      return [answer.headers.get('content-language'), answer.headers.get('vary'), head?.[10]]
    }
    const inSpanish = ['es', 'accept-language', 'base_legal']
    const inEnglish = ['en', 'accept-language', 'basis']
    expect(await heads('?format=csv&language=es', 'en')).to.deep.equal(inSpanish)
    expect(await heads('?format=csv', 'es-MX,es;q=0.9,en;q=0.5')).to.deep.equal(inSpanish)
    expect(await heads('?format=csv', 'vi, en;q=0.1')).to.deep.equal(inEnglish)
    expect(await heads('?format=csv', 'vi')).to.deep.equal(inEnglish)
    expect((await report('?format=csv&language=vi')).status).to.equal(400)
  })

  it('reports as PDF in Spanish', async () => {
    const response = await report('?format=pdf&language=es')
    expect(response.headers.get('content-language')).to.equal('es')
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).to.contain('/Lang (es-US)')
  })

  it('reports to nobody without the scope', async () => {
    const response = await ask(ledger, '/v1/subjects/drill/student-0/report')
    expect(response.status).to.equal(403)
  })
})
