import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { openHistory } from '../../../compliance/history/history.ts'
import { postureOf } from '../report/posture-of.ts'

const none = { failingSince: new Map<string, number>() }

describe('the history of scans', () => {
  let folder: string
  let bad: Posture
  const faults: string[] = []
  const open = (keep = 60) =>
    openHistory({ folder: join(folder, 'scans'), keep, onFault: (file) => faults.push(file) })
  const at = (hour: number): Posture => ({
    ...bad,
    scannedAt: `2026-11-21T${String(hour).padStart(2, '0')}:00:00.000Z`,
  })
  const scans = () => readdirSync(join(folder, 'scans')).filter((name) => name.startsWith('scan-'))

  before(async () => {
    bad = await postureOf('bad')
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-history-'))
    faults.length = 0
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('begins empty and ends with the newest scan after it was opened again', async () => {
    const history = await open()
    expect(history.latest()).to.equal(undefined)
    await history.keep(at(1), none)
    await history.keep(at(2), none)
    expect((await open()).latest()).to.deep.equal(at(2))
  })

  it('keeps no more scans than it may, the oldest go', async () => {
    const history = await open(3)
    for (const hour of [1, 2, 3, 4, 5]) await history.keep(at(hour), none)
    expect(scans()).to.have.lengthOf(3)
    expect((await open(3)).latest()?.scannedAt).to.equal(at(5).scannedAt)
  })

  it('keeps a bundle as long as its scan', async () => {
    const history = await open(2)
    for (const hour of [1, 2, 3])
      await history.keep(at(hour), { ...none, bundle: Buffer.from(`bundle ${hour}`) })
    const bundles = readdirSync(join(folder, 'scans')).filter((name) => name.startsWith('bundle-'))
    expect(bundles).to.deep.equal(['bundle-20261121T020000000Z.tgz', 'bundle-20261121T030000000Z.tgz'])
  })

  it('says since when findings fail, also after it was opened again', async () => {
    const failingSince = new Map([['CTR-02-0123456789abcdef', Date.parse(at(1).scannedAt)]])
    const history = await open()
    await history.keep(at(1), { failingSince })
    const reopened = await open()
    expect(reopened.failingSince()).to.deep.equal(failingSince)
    await reopened.keep(at(2), none)
    expect(reopened.failingSince().size).to.equal(0)
  })

  it('passes over a scan that was cut short and serves the one before it', async () => {
    const history = await open()
    await history.keep(at(1), none)
    writeFileSync(join(folder, 'scans', 'scan-20261121T090000000Z.json'), '{"version":1,')
    expect((await open()).latest()).to.deep.equal(at(1))
    expect(faults).to.deep.equal(['scan-20261121T090000000Z.json'])
  })

  it('lets nobody else read it', async () => {
    const history = await open()
    await history.keep(at(1), none)
    expect(statSync(join(folder, 'scans')).mode & 0o077).to.equal(0)
    for (const name of scans()) expect(statSync(join(folder, 'scans', name)).mode & 0o077).to.equal(0)
  })

  it('reads what was kept after a time, in order, and leaves out what cannot be read', async () => {
    const history = await open()
    for (const hour of [1, 2, 3, 4]) await history.keep(at(hour), none)
    writeFileSync(join(folder, 'scans', 'scan-20261121T030000000Z.json'), '{"version":1,')
    const read = async (hour?: number) => {
      const time = hour === undefined ? undefined : new Date(at(hour).scannedAt)
      return (await Array.fromAsync(history.keptAfter(time))).map(({ scannedAt }) => scannedAt)
    }
    expect(await read()).to.deep.equal([1, 2, 4].map((hour) => at(hour).scannedAt))
    expect(await read(2)).to.deep.equal([at(4).scannedAt])
    expect(await read(4)).to.deep.equal([])
    expect(faults).to.include('scan-20261121T030000000Z.json')
  })

  it('keeps longer what nobody else was told of', async () => {
    const told: { until?: Date } = {}
    const history = await openHistory({
      folder: join(folder, 'scans'),
      keep: 2,
      toldUntil: () => told.until,
      onFault: (file) => faults.push(file),
    })
    for (const hour of [1, 2, 3, 4]) await history.keep(at(hour), none)
    expect(scans()).to.have.lengthOf(4)
    told.until = new Date(at(2).scannedAt)
    await history.keep(at(5), none)
    // A clock was wrong: of what was scanned since nobody was told.
    told.until = new Date('2030-01-01T00:00:00.000Z')
    await history.keep(at(6), none)
    expect(scans().sort()).to.deep.equal([3, 4, 5, 6].map((hour) => `scan-20261121T0${hour}0000000Z.json`))
  })
})
