import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { splitBundle } from '../../audit/log/bundle.ts'
import { openCheckpoint } from '../../audit/log/checkpoint.ts'
import { leafHash } from '../../audit/log/hash.ts'
import { parseVerifierKey } from '../../audit/log/note.ts'
import { TileEdge } from '../../audit/log/tile-edge.ts'
import { parseTilePath, partialPlaces, tilePath } from '../../audit/log/tile.ts'
import { checkLog } from '../support/check-log.ts'
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

const events = (count: number) => Array.from({ length: count }, () => anEvent())

describe('the tiles a ledger serves', () => {
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    ledger = await startLedger(home)
    await append(ledger, events(5))
    await awaitCheckpoint(ledger, 'drill', 5)
    await append(ledger, events(295))
    await awaitCheckpoint(ledger, 'drill', 300)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  const get = (path: string, init: RequestInit = {}) => ask(ledger, `/v1/logs/drill/${path}`, init)
  const bytesOf = async (path: string) => {
    const response = await get(path)
    expect(response.status, path).to.equal(200)
    return Buffer.from(await response.arrayBuffer())
  }

  it('give the signed root, as any reader of tlog-tiles computes it', async () => {
    const note = await (await get('checkpoint')).text()
    const key = parseVerifierKey((await (await get('key')).text()).trim())
    const { size, root } = openCheckpoint(note, key)
    expect(size).to.equal(300)
    const edge = new TileEdge()
    const served = new Map<string, Buffer>()
    for (const path of ['tile/entries/000', 'tile/entries/001.p/44']) {
      for (const entry of splitBundle(await bytesOf(path))) {
        for (const { place, bytes } of edge.add(entry, leafHash(entry))) served.set(tilePath(place), bytes)
      }
    }
    expect(edge.root()).to.deep.equal(root)
    for (const { place, bytes } of edge.partials()) served.set(tilePath(place), bytes)
    expect([...served.keys()].sort()).to.deep.equal([
      'tile/0/000',
      'tile/0/001.p/44',
      'tile/1/000.p/1',
      'tile/entries/000',
      'tile/entries/001.p/44',
    ])
    for (const [path, bytes] of served) expect((await bytesOf(path)).equals(bytes), path).to.equal(true)
  })

  it('say what they are and how long they stay', async () => {
    const tile = await get('tile/0/000')
    expect(tile.headers.get('content-type')).to.equal('application/octet-stream')
    expect(tile.headers.get('cache-control')).to.include('immutable')
    expect((await tile.arrayBuffer()).byteLength).to.equal(8_192)
    const checkpoint = await get('checkpoint')
    expect(checkpoint.headers.get('content-type')).to.equal('text/plain; charset=utf-8')
    expect(checkpoint.headers.get('cache-control')).to.equal('no-cache')
    const bundle = await get('tile/entries/000', { headers: { 'accept-encoding': 'gzip' } })
    expect(bundle.headers.get('content-encoding')).to.equal('gzip')
    const plain = await get('tile/entries/000', { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).to.equal(null)
    expect(Buffer.from(await plain.arrayBuffer()).equals(Buffer.from(await bundle.arrayBuffer()))).to.equal(
      true,
    )
  })

  it('are not there beyond the signed size, at sizes that were not signed, or under another spelling', async () => {
    const absent = [
      'tile/0/001',
      'tile/0/001.p/43',
      'tile/0/001.p/45',
      'tile/0/002',
      'tile/1/000',
      'tile/2/000.p/1',
      'tile/entries/001',
      'tile/entries/001.p/43',
      'tile/00/000',
      'tile/0/0000',
      'tile/0/000.p/256',
      'tile/6/x999/x999/x999/x999/999',
      'tile/0',
      'tile',
    ]
    for (const path of absent) expect((await get(path)).status, path).to.equal(404)
    const narrow = await ask(ledger, '/v1/logs/university_a/tile/0/000', { token: home.tokens.narrow })
    expect(narrow.status).to.equal(404)
  })

  it('are collected when they were partial and the full one exists', async () => {
    const row = join(home.folder, 'ledger/tiles/drill/tile/0')
    // After the checkpoint that needs them no more was shown.
    await eventually('the partial ones are gone', () => !existsSync(join(row, '000.p')))
    expect(readdirSync(row).sort()).to.deep.equal(['000', '001.p'])
  })

  it('are written again at the next start where they are missing or wrong at the edge', async () => {
    await ledger.stop()
    const folder = join(home.folder, 'ledger/tiles/drill')
    rmSync(join(folder, 'tile/0'), { recursive: true })
    ledger = await startLedger(home)
    await append(ledger, events(1))
    await checkLog(ledger, 'drill', 301)
    expect(existsSync(join(folder, 'tile/0/000'))).to.equal(true)
    await ledger.stop()
    const note = readFileSync(join(home.folder, 'keystore/checkpoints/v2/drill.note'), 'utf8')
    const size = Number(note.split('\n')[1])
    const [edge] = partialPlaces(size).filter(({ level }) => level === 0)
    writeFileSync(join(folder, edge === undefined ? '' : tilePath(edge)), Buffer.alloc(edge?.width ?? 0, 1))
    ledger = await startLedger(home)
    await append(ledger, events(1))
    await checkLog(ledger, 'drill', size + 1)
    await eventually('that is logged', () => ledger.output().includes('tiles rebuilt'))
  })

  it('lie in files that another web server could serve', async () => {
    // While it runs there are files that are not whole yet, under names of their own.
    await ledger.stop()
    const folder = join(home.folder, 'ledger/tiles/drill')
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'checkpoint') continue
      const path = join(entry.parentPath, entry.name).slice(folder.length + 1)
      expect(parseTilePath(path), path).to.not.equal(undefined)
    }
  })
})
