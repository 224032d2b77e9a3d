/**
 * What is derived: the entries of a log stand in its batches, what opens them in the side store, and the keys outside
 * the database. Everything else is made from these again on an empty copy and must come out the same.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { StudentReport } from '../../contracts/student-report.ts'
import { eventually } from '../support/poll.ts'
import { sharedPostgres, type TestDatabase } from '../support/postgres.ts'
import { addToken, postJson } from './api/door-client.ts'
import { ask as query } from './drills/two-tenants.ts'
import {
  anEvent,
  append,
  ask,
  asSuperuser,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from './ledger-process.ts'

/** All a copy gets: the name of the log, its batches, what opens them. */
const kept = ['log', 'batch', 'side'] as const
/** Rows of these are compared as they are. */
const derived = ['event_key', 'subject_entry', 'index_cursor', 'search_cursor'] as const
const erased = 'student-2'

describe('a log on an empty copy of its database', () => {
  let home: LedgerHome
  let copy: TestDatabase
  let reader: string
  let original: Readonly<Record<string, readonly string[]>>
  let reports: Readonly<Record<string, string>>
  let tiles: ReadonlyMap<string, string>
  let elsewhere: LedgerHome
  let size: number

  before(async () => {
    home = await makeHome()
    copy = await (await sharedPostgres()).createDatabase()
    reader = addToken(home, 'reader', { scopes: ['export:read', 'subjects:read', 'erasures:write'] })
    elsewhere = { ...home, folder: mkdtempSync(join(tmpdir(), 'campanile-copy-')) }
    const ledger = await startLedger(home)
    await fill(ledger)
    await caughtUp(home.database)
    await ledger.stop()
    original = await snapshot(home.database)
    for (const table of kept) await copyRows(table)
    // The keys alone: no tiles, and nothing that was signed.
    execFileSync('cp', ['-a', `${home.folder}/.`, elsewhere.folder])
    tiles = filesIn(join(home.folder, 'ledger/tiles'))
    for (const path of ['ledger', 'keystore/checkpoints']) {
      rmSync(join(elsewhere.folder, path), { recursive: true })
    }
    reports = await told(home, home.database)
  })
  after(async () => {
    await copy.drop()
    await home.remove()
    rmSync(elsewhere.folder, { recursive: true, force: true })
  })

  /** Events of several batches, one student erased, one batch after that. */
  async function fill(ledger: LedgerProcess): Promise<void> {
    for (let batch = 0; batch < 4; batch++) {
      await append(
        ledger,
        Array.from({ length: 30 }, (_, at) =>
          anEvent({
            personal: { actor: `faculty-${at % 5}`, subject: `student-${at % 4}`, interest: `reason ${at}` },
          }),
        ),
      )
    }
    const body = { id: crypto.randomUUID(), subject: erased, reason: 'destroyed', recordState: 'destroyed' }
    expect((await postJson(ledger, '/v1/erasures/drill', { token: reader, body })).status).to.equal(200)
    await append(ledger, [anEvent({ personal: { actor: 'faculty-1', subject: 'student-1' } }), anEvent()])
    const [row] = await query<{ size: number }>(
      home.database,
      'superuser',
      'select max(size)::integer as size from ledger.batch',
    )
    size = row?.size ?? 0
    await awaitCheckpoint(ledger, 'drill', size)
  }

  /** Waits until indexes and search know every entry. */
  async function caughtUp(database: TestDatabase): Promise<void> {
    await eventually('everything is filled in', async () => {
      const rows = await query<{ size: string }>(
        database,
        'superuser',
        `select max(size) as size from ledger.batch union all select size from ledger.index_cursor
         union all select size from ledger.search_cursor`,
      )
      return rows.length === 3 && new Set(rows.map(({ size }) => size)).size === 1 ? true : undefined
    })
  }

  const rowsOf = async (database: TestDatabase, sql: string) =>
    (await query<{ row: string }>(database, 'superuser', sql)).map(({ row }) => row)

  /** Every derived row as text; search by entry, because where its pages end is the hour they were written in. */
  async function snapshot(database: TestDatabase): Promise<Record<string, readonly string[]>> {
    const rows: Record<string, readonly string[]> = {}
    for (const table of derived) {
      rows[table] = await rowsOf(database, `select t::text as row from ledger.${table} t order by 1`)
    }
    rows['posting'] = await rowsOf(
      database,
      `select encode(p.token, 'hex') || ' ' || p.first + place as row
       from ledger.posting p cross join unnest(p.places) as place order by 1`,
    )
    return rows
  }

  async function copyRows(table: string): Promise<void> {
    const rows = await rowsOf(home.database, `select t::text as row from ledger.${table} t`)
    const quoted = rows.map((row) => `('${row.replaceAll("'", "''")}')`).join(', ')
    await asSuperuser(
      copy,
      `insert into ledger.${table} select (row::ledger.${table}).* from (values ${quoted}) as given (row)`,
    )
  }

  /** What a ledger tells students; without what tells one answer from the next: its time and its own entry. */
  async function told(of: LedgerHome, database: TestDatabase): Promise<Record<string, string>> {
    const ledger = await quietLedger(of, database)
    try {
      const answers: Record<string, string> = {}
      for (const student of ['student-0', 'student-1', erased]) {
        for (const format of ['csv', 'json']) {
          const path = `/v1/subjects/drill/${student}/report?format=${format}`
          const text = await (await ask(ledger, path, { token: reader })).text()
          answers[`${student} ${format}`] =
            format === 'json' ? timeless(JSON.parse(text) as StudentReport) : text
        }
      }
      return answers
    } finally {
      await ledger.stop()
    }
  }

  /** Starts a ledger that signs once: each report is an entry, and the next is to be of the same size. */
  async function quietLedger(of: LedgerHome, database: TestDatabase): Promise<LedgerProcess> {
    return startLedger(of, { database, variables: { CAMPANILE_CHECKPOINT_MILLIS: '60000' } })
  }

  it('has the same indexes, search and tiles again', async () => {
    const ledger = await quietLedger(elsewhere, copy)
    try {
      await caughtUp(copy)
      const rebuilt = await snapshot(copy)
      for (const [table, rows] of Object.entries(original)) {
        expect(rows.length, table).to.be.above(0)
        expect(rebuilt[table], table).to.deep.equal(rows)
      }
      // Partial tiles of sizes that were signed before are not needed any more.
      const again = filesIn(join(elsewhere.folder, 'ledger/tiles'))
      expect([...again.keys()]).to.include.members([
        `drill/tile/0/000.p/${size}`,
        `drill/tile/entries/000.p/${size}`,
      ])
      for (const [name, bytes] of again) expect(bytes, name).to.equal(tiles.get(name))
    } finally {
      await ledger.stop()
    }
  })

  it('tells students the same, byte by byte, the erased one included', async () => {
    expect(await told(elsewhere, copy)).to.deep.equal(reports)
    expect(reports[`${erased} csv`]?.split('\r\n')).to.have.lengthOf(2)
    expect(reports['student-1 csv']?.split('\r\n').length).to.be.above(30)
  })
})

/** Tiles and bundles of a folder by their place; what was signed is none. */
function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
  return new Map(
    files
      .map((file) => join(file.parentPath, file.name))
      .filter((path) => path.includes('/tile/'))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]),
  )
}

function timeless(report: StudentReport): string {
  const { generatedAt: _, statement, ...rest } = report
  const { id: __, ...stated } = statement
  return JSON.stringify({ ...rest, statement: stated })
}
