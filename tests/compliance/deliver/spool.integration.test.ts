import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { AuditEvent as AuditEventSchema } from '../../../contracts/audit-event.ts'
import { scanEvent } from '../../../compliance/deliver/scan-event.ts'
import { openSpool, type Spool } from '../../../compliance/deliver/spool.ts'
import { validator } from '../../../lib/validate.ts'
import { eventually } from '../../support/poll.ts'
import { postureOf } from '../report/posture-of.ts'

describe('the spool of events', () => {
  let folder: string
  let event: AuditEvent
  let spool: Spool | undefined
  const outcomes: string[] = []
  const files = () => readdirSync(folder).sort()
  const open = async (send: (id: string) => Promise<unknown>) => {
    spool = await openSpool({
      folder,
      send: ({ events }) => send(events[0]?.id ?? ''),
      onOutcome: (outcome) => outcomes.push(outcome),
      firstPauseMillis: 5,
      longestPauseMillis: 20,
    })
    return spool
  }
  const receipt = (id: string, outcome: string) => Promise.resolve({ receipts: [{ id, outcome }] })

  before(async () => {
    event = scanEvent(await postureOf('bad'))
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-spool-'))
    outcomes.length = 0
  })
  afterEach(async () => {
    await spool?.stop()
    spool = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  it('carries events of the shape the ledger takes', () => {
    expect(validator(AuditEventSchema)(event)).to.have.property('valid', true)
    expect(event.personal).to.equal(undefined)
  })

  it('makes the same event of the same report, and another of another', async () => {
    const posture = await postureOf('bad')
    expect(scanEvent(posture)).to.deep.equal(event)
    expect(scanEvent({ ...posture, durationMillis: 1 }).id).not.to.equal(event.id)
  })

  it('sends first what it was given to send again', async () => {
    const ids: string[] = []
    spool = await openSpool({
      folder,
      send: ({ events }) => {
        ids.push(events[0]?.id ?? '')
        return receipt(events[0]?.id ?? '', 'duplicate')
      },
      onOutcome: (outcome) => outcomes.push(outcome),
      again: event,
    })
    await eventually('the file is gone', () => ids.length > 0 && files().length === 0)
    expect(ids).to.deep.equal([event.id])
  })

  it('sends an event and forgets it once it was taken', async () => {
    const { put } = await open((id) => receipt(id, 'appended'))
    await put(event)
    await eventually('the file is gone', () => files().length === 0)
    expect(outcomes).to.deep.equal(['appended'])
  })

  it('sends the same event again until the ledger answers for it', async () => {
    const ids: string[] = []
    const { put } = await open((id) => {
      ids.push(id)
      if (ids.length === 1) return Promise.reject(new Error('connection refused'))
      return ids.length === 2 ? Promise.resolve({ receipts: [] }) : receipt(id, 'duplicate')
    })
    await put(event)
    await eventually('the file is gone', () => files().length === 0)
    expect(new Set(ids)).to.deep.equal(new Set([event.id]))
    expect(outcomes).to.deep.equal(['retried', 'retried', 'duplicate'])
  })

  it('sends what an earlier process left behind, in order of time', async () => {
    const first = await open(() => Promise.reject(new Error('away')))
    const later = { ...event, id: crypto.randomUUID(), time: '2026-11-22T12:00:00.000Z' }
    await first.put(later)
    await first.put(event)
    await first.stop()
    const ids: string[] = []
    await open((id) => {
      ids.push(id)
      return receipt(id, 'appended')
    })
    await eventually('both are gone', () => files().length === 0)
    expect(ids).to.deep.equal([event.id, later.id])
  })

  it('sets aside what the ledger refuses for good, and goes on with the others', async () => {
    const other = { ...event, id: crypto.randomUUID() }
    const { put } = await open((id) => receipt(id, id === event.id ? 'conflict' : 'appended'))
    await put(event)
    await put(other)
    await eventually('the other is taken', () => outcomes.includes('appended'))
    expect(files()).to.have.lengthOf(1)
    expect(files()[0]).to.match(/\.refused$/)
  })

  it('sets aside a file that holds no event', async () => {
    const name = `${event.time.replace(/[:.]/g, '-')}-${event.id}.json`
    writeFileSync(join(folder, name), '{"id":')
    await open((id) => receipt(id, 'appended'))
    await eventually('it is set aside', () => files()[0] === `${name}.refused`)
    expect(outcomes).to.deep.equal(['invalid'])
  })
})
