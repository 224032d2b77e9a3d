import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
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
import { issuerScopes, addToken, exchange, issue } from './door-client.ts'

interface Found {
  readonly index: number
  readonly facts: { readonly action: string; readonly reason?: string; readonly evidence?: object }
}

const period = { since: '2020-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' }

describe('what is looked at with a token that was issued to somebody', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let all: string
  before(async () => {
    home = await makeHome()
    all = addToken(home, 'gateway', { scopes: issuerScopes })
    ledger = await startLedger(home)
    await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 2)
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  /** Waits until the log is searched as far as whoever asked, and reads what is theirs. */
  async function viewsOf(actor: string, count: number): Promise<readonly Found[]> {
    return eventually(`${count} entries of ${actor}`, async () => {
      const answer = await ask(ledger, `/v1/logs/drill/search?actor=${actor}`, { token: all })
      const { entries } = (await answer.json()) as { entries: Found[] }
      return entries.length < count ? undefined : entries.toReversed()
    })
  }

  it('is in the log with the hash of what was shown: entries, bundles and proofs', async () => {
    const token = await issue(ledger, all, { role: 'auditor', name: 'auditor-1', period })
    const hashes: string[] = []
    const paths: readonly (readonly [string, string, number, number])[] = [
      ['entries', 'entries?limit=2', 0, 2],
      ['bundle', 'tile/entries/000.p/2', 0, 2],
      ['inclusion', 'proof/inclusion?index=1', 1, 2],
      ['tlog_proof', 'proof/tlog?index=1', 1, 2],
    ]
    for (const [, path] of paths) {
      // What was sent is hashed, and here nothing is compressed.
      const answer = await ask(ledger, `/v1/logs/drill/${path}`, {
        token,
        headers: { 'accept-encoding': 'identity' },
      })
      expect(answer.status, path).to.equal(200)
      hashes.push(
        createHash('sha256')
          .update(Buffer.from(await answer.arrayBuffer()))
          .digest('hex'),
      )
    }
    const views = await viewsOf('auditor-1', paths.length)
    expect(views.map(({ facts }) => facts.evidence)).to.deep.equal(
      paths.map(([format, , from, to], at) => ({ format, from, to, count: to - from, sha256: hashes[at] })),
    )
  })

  it('is in the log where it is about a student: accesses, and what forbids to destroy', async () => {
    const token = await issue(ledger, all, { role: 'custodian', name: 'registrar-1' })
    for (const path of [
      '/v1/subjects/drill/student-1/accesses',
      '/v1/record/drill/blocks?student=student-1',
    ]) {
      expect((await ask(ledger, path, { token })).status, path).to.equal(200)
    }
    const views = await viewsOf('registrar-1', 2)
    expect(views.map(({ facts }) => facts.action)).to.deep.equal(['accesses.read', 'register.read'])
  })

  it('is left to programs to record of what they look at, but for what forbids to destroy', async () => {
    const token = await exchange(ledger, all)
    for (const shown of [all, token]) {
      for (const path of [
        '/v1/logs/drill/entries',
        '/v1/subjects/drill/student-1/accesses',
        '/v1/record/drill/blocks?student=student-1',
      ]) {
        expect((await ask(ledger, path, { token: shown })).status, path).to.equal(200)
      }
    }
    const views = await viewsOf('gateway&action=register.read', 2)
    expect(views.map(({ facts }) => facts.reason)).to.deep.equal(['blocks', 'blocks'])
    for (const action of ['ledger.exported', 'accesses.read']) {
      expect(await viewsOf(`gateway&action=${action}`, 0), action).to.deep.equal([])
    }
  })
})
