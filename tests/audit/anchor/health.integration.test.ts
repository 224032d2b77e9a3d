import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { AnchorTrouble } from '../../../audit/anchor/anchor-trouble.ts'
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

describe('the health of a ledger', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  const variables = { CAMPANILE_ANCHOR_MILLIS: '100' }

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home, { variables })
    await append(ledger, [anEvent()])
    await awaitCheckpoint(ledger, 'drill', 1)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const health = async () => {
    const response = await ask(ledger, '/health')
    return { status: response.status, body: (await response.json()) as { status: string; reason?: string } }
  }
  const flip = (path: string) => {
    const bytes = readFileSync(path)
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
    writeFileSync(path, bytes)
  }

  it('says that the anchor log is not what was signed, and goes on taking events', async () => {
    const tile = await eventually('something is anchored', () => {
      const found = globSync(join(home.folder, 'ledger/anchor/**/tile/0/**'), { withFileTypes: true })
      // One that is not whole yet has more to its name.
      const file = found.find((entry) => entry.isFile() && /^\d+$/.test(entry.name))
      return file === undefined ? undefined : join(file.parentPath, file.name)
    })
    // The tile is there before its round has ended.
    await eventually('the round has ended', async () => (await health()).body.status === 'ok')
    await ledger.stop()
    flip(tile)
    ledger = await startLedger(home, { variables })
    const { status, body } = await health()
    expect(status).to.equal(200)
    expect(body.status).to.equal('degraded')
    expect(body.reason).to.match(/^anchor: /)
    const [receipt] = await append(ledger, [anEvent()])
    expect(receipt?.outcome).to.equal('appended')
  })

  it('has senders come back where a signed note cannot be read', async () => {
    await ledger.stop()
    const [note = ''] = globSync(join(home.folder, 'keystore/**/checkpoints/**/drill*'))
    writeFileSync(note, 'no note\n')
    ledger = await startLedger(home, { variables, isHealthy: false })
    const response = await ask(ledger, '/v1/events', {
      method: 'POST',
      token: home.tokens.academics,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events: [anEvent()] }),
    })
    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '2'])
    expect((await health()).body.reason).to.contain('log drill: ')
  })
})

describe('the trouble of an anchor log', () => {
  it('lasts until a round ends without it', () => {
    const trouble = new AnchorTrouble()
    expect(trouble.reason).to.equal(undefined)
    trouble.fail('enospc')
    expect(trouble.reason).to.equal('enospc')
    trouble.note('one log')
    trouble.finish(true)
    expect(trouble.reason).to.equal('one log')
    trouble.finish(false)
    expect(trouble.reason).to.equal('no quorum of witnesses')
    trouble.finish(true)
    expect(trouble.reason).to.equal(undefined)
  })
})
