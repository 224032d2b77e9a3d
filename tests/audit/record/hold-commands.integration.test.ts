import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ServiceToken } from '../../../contracts/service-token.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { addToken, issue } from '../api/door-client.ts'

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const root = new URL('../../../', import.meta.url).pathname

describe('legal holds by command', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let issuer: string

  before(async () => {
    home = await makeHome()
    const file = join(home.folder, 'accepted.json')
    const tokens = JSON.parse(readFileSync(file, 'utf8')) as ServiceToken[]
    const more = tokens.map((token) =>
      token.scopes.includes('record:write')
        ? { ...token, scopes: [...token.scopes, 'erasures:write'] }
        : token,
    )
    writeFileSync(file, JSON.stringify(more))
    writeFileSync(join(home.folder, 'custodian.token'), home.tokens.custodian, { mode: 0o600 })
    issuer = addToken(home, 'registry', {
      scopes: ['tokens:issue', 'subjects:read', 'record:read', 'record:write', 'erasures:write'],
    })
    ledger = await startLedger(home)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const hold = (actor: string, ...args: readonly string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      const [name = '', ...rest] = args
      const env = {
        PATH: process.env['PATH'],
        CAMPANILE_PORT_LEDGER: String(ledger.port),
        CAMPANILE_TOKEN_FILE: join(home.folder, 'custodian.token'),
      }
      const line = [join(root, 'audit/main.ts'), 'hold', name, '--tenant', 'drill', '--actor', actor, ...rest]
      execFile(process.execPath, line, { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      })
    })
  const erase = async (subject: string) => {
    const response = await ask(ledger, '/v1/erasures/drill', {
      method: 'POST',
      token: home.tokens.custodian,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: randomUUID(),
        subject,
        reason: 'record_destroyed',
        recordState: 'destroyed',
      }),
    })
    return response.status
  }
  const idOf = ({ stdout }: Outcome) => stdout.slice(0, 36)
  const about = (subject: string, actor = 'faculty-1') =>
    anEvent({ personal: { actor, subject, party: 'Advisor', interest: 'advising' } })
  const case_ = ['--case', '26-CV-1', '--relevance', 'that day']

  it('are placed and released by two people, and every step is an event', async () => {
    const placed = await hold('clerk-1', 'place', '--subject', 'litigant', ...case_)
    expect(placed.stdout).to.match(/^[0-9a-f-]{36} {2}proposed {2}subject litigant {2}all days/)
    const id = idOf(placed)
    const alone = await hold('clerk-1', 'approve', id)
    expect(alone).to.include({ code: 1, stdout: '' })
    expect(alone.stderr).to.contain('422')
    expect((await hold('counsel-1', 'approve', id)).stdout).to.contain('  placed  ')
    expect((await hold('clerk-1', 'list', '--state', 'placed')).stdout).to.contain(id)
    expect(await erase('litigant')).to.equal(409)
    expect((await hold('clerk-1', 'release', id, '--statement', 'settled')).code).to.equal(0)
    expect(await erase('litigant')).to.equal(409)
    expect((await hold('counsel-1', 'approve-release', id)).stdout).to.contain('  released  ')
    expect((await hold('clerk-1', 'list', '--state', 'placed')).stdout).to.equal('no holds\n')
    expect(await erase('litigant')).to.equal(200)
    // The erasure by a program's token has an event of its own.
    await awaitCheckpoint(ledger, 'drill', 10)
    const { entries } = (await (await ask(ledger, '/v1/logs/drill/entries?limit=1000')).json()) as {
      entries: { facts?: { register?: string; action: string; state?: string } }[]
    }
    const states = entries.flatMap(({ facts }) => (facts?.register === 'hold' ? (facts.state ?? []) : []))
    // Those about the student went with the student; what is left are the looks.
    expect(states).to.deep.equal([])
    expect(entries.filter(({ facts }) => facts?.action === 'register.read')).to.have.length(2)
  })

  it('say that a program’s token proves no second person, and hold an account against a person’s token', async () => {
    const placed = await hold('clerk-1', 'place', '--subject', 'nobody-yet', ...case_)
    expect(placed.stdout).to.contain('by the token of a program')
    const file = join(home.folder, 'counsel-2.token')
    const token = await issue(ledger, issuer, { role: 'custodian', name: 'counsel-2' })
    writeFileSync(file, token, { mode: 0o600 })
    const other = await hold('counsel-1', 'approve', idOf(placed), '--token-file', file)
    expect([other.code, other.stdout]).to.deep.equal([1, ''])
    expect(other.stderr).to.contain('403')
    const own = await hold('counsel-2', 'approve', idOf(placed), '--token-file', file)
    expect(own.stdout).to.contain('  placed  ')
    expect(own.stdout).not.to.contain('by the token of a program')
  })

  it('with a window or of an account block the erasure of whom they reach, and of nobody else', async () => {
    await append(ledger, [about('within'), about('watched', 'clerk-9'), about('beside')])
    const day = ['--from', '2026-09-01', '--until', '2026-09-01']
    // The events say that they happened on that day.
    const window = idOf(await hold('clerk-1', 'place', '--subject', 'within', ...day, ...case_))
    await hold('counsel-1', 'approve', window)
    const elsewhere = idOf(
      await hold(
        'clerk-1',
        'place',
        '--everything',
        '--from',
        '2020-01-01',
        '--until',
        '2020-01-02',
        ...case_,
      ),
    )
    await hold('counsel-1', 'approve', elsewhere)
    const account = idOf(await hold('clerk-1', 'place', '--account', 'clerk-9', ...case_))
    await hold('counsel-1', 'approve', account)
    expect([await erase('within'), await erase('watched'), await erase('beside')]).to.deep.equal([
      409, 409, 200,
    ])
  })

  it('ask for whom they hold, and for a day that is one', async () => {
    expect((await hold('clerk-1', 'place', ...case_)).code).to.equal(2)
    expect((await hold('clerk-1', 'place', '--everything', '--from', '1 May', ...case_)).code).to.equal(2)
    expect((await hold('clerk-1', 'place', '--everything', '--subject', 'x', ...case_)).code).to.equal(2)
  })
})
