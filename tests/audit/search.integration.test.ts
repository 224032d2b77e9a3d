/** Search over a real ledger: what it finds, what it says about how far it has looked, and what it forgets. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import pg from 'pg'
import type { ServiceToken } from '../../contracts/service-token.ts'
import { eventually } from '../support/poll.ts'
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

interface Answer {
  readonly as_of_index: number
  readonly signed: number
  readonly entries: readonly { readonly index: number; readonly facts: { readonly action: string } }[]
  readonly next?: number
}

describe('search in the ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let client: pg.Client
  const auditor = randomBytes(24).toString('base64url')
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const offered = 30

  before(async () => {
    home = await makeHome()
    acceptAuditor(home, auditor)
    ledger = await startLedger(home)
    client = new pg.Client({ connectionString: home.database.url('superuser') })
    await client.connect()
    await append(
      ledger,
      Array.from({ length: offered }, (_, at) =>
        anEvent({
          facts: {
            class: 'access',
            action: at % 2 === 0 ? 'transcript.read' : 'grade.changed',
            outcome: at % 5 === 0 ? 'denied' : 'success',
            basis: '99.31(a)(1)(i)(A)',
            ...(at === 7 ? { traceId } : {}),
          },
          personal: { actor: `faculty-${at % 4}`, subject: `student-${at % 3}` },
        }),
      ),
    )
    await awaitCheckpoint(ledger, 'drill', offered)
    await eventually(
      'search has caught up',
      async () => (await search('class=access')).as_of_index >= offered,
    )
  })

  after(async () => {
    await client.end()
    await ledger.stop()
    await home.remove()
  })

  const request = (query: string, token = auditor) => ask(ledger, `/v1/logs/drill/search?${query}`, { token })
  const search = async (query: string): Promise<Answer> => (await request(query)).json() as Promise<Answer>
  const indices = async (query: string) =>
    (await search(query)).entries.map(({ index }) => index).filter((index) => index < offered)
  const where = (fits: (at: number) => boolean) =>
    Array.from({ length: offered }, (_, at) => at)
      .filter(fits)
      .reverse()

  it('finds what fits every field, newest first', async () => {
    expect(await indices('action=grade.changed')).to.deep.equal(where((at) => at % 2 === 1))
    expect(await indices('actor=faculty-1')).to.deep.equal(where((at) => at % 4 === 1))
    expect(await indices('subject=student-2')).to.deep.equal(where((at) => at % 3 === 2))
    expect(await indices('subject=student-2&actor=faculty-1&outcome=success')).to.deep.equal(
      where((at) => at % 3 === 2 && at % 4 === 1 && at % 5 !== 0),
    )
    expect(await indices(`trace=${traceId}`)).to.deep.equal([7])
    expect(await indices('basis=99.31(a)(1)(i)(A)&class=access')).to.deep.equal(where(() => true))
    expect(await indices('actor=nobody')).to.deep.equal([])
  })

  it('answers in pages and in ranges of indices and times', async () => {
    const first = await search('class=access&limit=7&to=30')
    expect(first.next).to.equal(23)
    expect(await indices('class=access&limit=7&to=23')).to.deep.equal([22, 21, 20, 19, 18, 17, 16])
    expect(await indices('class=access&from=3&to=6')).to.deep.equal([5, 4, 3])
    expect(await indices('class=access&until=2001-01-01')).to.deep.equal([])
  })

  it('is an event itself and says up to where it has looked', async () => {
    await search('action=ledger.searched')
    const found = await eventually('the search is found', async () => {
      const answer = await search('action=ledger.searched')
      return answer.entries.length > 0 ? answer : undefined
    })
    expect(found.as_of_index).to.be.above(Math.max(...found.entries.map(({ index }) => index)))
    expect(found.signed).to.be.at.least(offered)
  })

  it('tells about people only whoever may know, and asks for something to look for', async () => {
    const code = async (query: string, token: string) => {
      const response = await request(query, token)
      return response.ok ? undefined : ((await response.json()) as { code: string }).code
    }
    const { operator } = home.tokens
    expect(await code('action=auth.login', operator)).to.equal(undefined)
    expect(await code('subject=student-1', operator)).to.equal('FORBIDDEN')
    expect(await code('actor=faculty-1', operator)).to.equal('FORBIDDEN')
    expect(await code('', auditor)).to.equal('QUERY_INVALID')
    expect(await code('action=a&action=b', auditor)).to.equal('QUERY_INVALID')
  })

  it('keeps no value in the clear', async () => {
    const { rows } = await client.query<{ token: Buffer }>('select token from ledger.posting')
    const tokens = new Set(rows.map(({ token }) => token.toString('hex')))
    for (const value of ['student-1', 'faculty-1', 'grade.changed']) {
      // Whoever has the database alone cannot try values out: hashes without the key are not there.
      for (const text of [value, `subject\0${value}`, `actor\0${value}`, `action\0${value}`]) {
        const hash = createHash('sha256').update(text).digest('hex').slice(0, 32)
        expect(tokens.has(hash)).to.equal(false)
      }
    }
  })

  const postingsBelow = async (size: number) => {
    const { rows } = await client.query<{ posting: string }>(
      `select encode(token, 'hex') || ' ' || (first + place) as posting
       from ledger.posting cross join unnest(places) as place
       where tenant = 'drill' and first + place < $1 order by 1`,
      [size],
    )
    return rows.map(({ posting }) => posting)
  }

  it('is the same when it is forgotten and filled in again from the log', async () => {
    const before = await postingsBelow(offered)
    expect(before.length).to.be.above(offered * 5)
    await client.query(`select ledger.forget_search('drill')`)
    await eventually(
      'search is filled in again',
      async () => (await search('class=access')).as_of_index >= offered,
    )
    expect(await postingsBelow(offered)).to.deep.equal(before)
  })

  it('forgets what the side store forgets, in the same transaction', async () => {
    const { rows } = await client.query<{ subject: Buffer }>(
      `select subject from ledger.subject_entry where tenant = 'drill' and index = 0`,
    )
    await client.query(
      `select ledger.empty_entries('drill', array_agg(index), array_agg('\\x01'::bytea), $1)
       from ledger.subject_entry where tenant = 'drill' and subject = $1`,
      [rows[0]?.subject],
    )
    const others = where((at) => at % 3 !== 0)
    expect(await indices('class=access')).to.deep.equal(others)
    await client.query(`select ledger.forget_search('drill')`)
    await eventually(
      'search is filled in again',
      async () => (await search('class=access')).as_of_index >= offered,
    )
    expect(await indices('class=access')).to.deep.equal(others)
  })
})

/** Adds an auditor who may export and know about people to those the ledger accepts. */
function acceptAuditor(home: LedgerHome, token: string): void {
  const file = join(home.folder, 'accepted.json')
  const accepted = JSON.parse(readFileSync(file, 'utf8')) as ServiceToken[]
  const sha256 = createHash('sha256').update(token).digest('hex')
  accepted.push({ name: 'auditor', sha256, scopes: ['export:read', 'subjects:read'], tenants: ['drill'] })
  writeFileSync(file, JSON.stringify(accepted))
}
