import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startSdk, type Pool, type Sdk } from '#sdk'
import { Frontier } from '../../../audit/log/frontier.ts'
import { TileFollower } from '../../../audit/publish/tile-follower.ts'
import { appendBatches } from '../../../audit/store/append-batches.ts'
import { FileTiles } from '../../../audit/store/file-tiles.ts'
import { LogTiles } from '../../../audit/store/log-tiles.ts'
import { takeWriterLock, type WriterLock } from '../../../audit/store/writer-lock.ts'
import { sharedPostgres, type TestDatabase } from '../../support/postgres.ts'
import { batchOn } from '../store/one-batch.ts'

const origin = 'house.example/logs/drill'

describe('the tiles that follow the batches', () => {
  let database: TestDatabase
  let sdk: Sdk
  let pool: Pool
  let lock: WriterLock
  let folder: string
  const frontier = new Frontier()

  before(async () => {
    database = await (await sharedPostgres()).createDatabase()
    folder = mkdtempSync(join(tmpdir(), 'campanile-tiles-'))
    sdk = startSdk({ service: 'ledger', environment: 'development', otlpEndpoint: 'http://127.0.0.1:9' })
    pool = sdk.pool({ url: database.url('ledger_append') })
    lock = await takeWriterLock({ url: database.url('ledger_append'), waitMillis: 60_000 })
    await grow(300)
  })
  after(async () => {
    await lock.release()
    await pool.end()
    await sdk.shutdown()
    await database.drop()
    rmSync(folder, { recursive: true })
  })

  async function grow(to: number): Promise<void> {
    while (frontier.size < to) await appendBatches(pool, lock.epoch, [batchOn('drill', frontier)])
  }

  function followerIn(name: string) {
    const rebuilt: string[] = []
    const tiles = new LogTiles(new FileTiles(join(folder, name)))
    const onRebuilding = (tenant: string) => void rebuilt.push(tenant)
    return { follower: new TileFollower({ pool, tiles, onRebuilding }), rebuilt }
  }

  const filesIn = (name: string) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(join(folder, name).length), readFileSync(path, 'base64')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1))

  const signedAt = (size: number, root: Buffer) => ({ origin, size, root })

  it('give the root of the batches, and the same files again when nothing was signed in between', async () => {
    const { follower } = followerIn('twice')
    expect(await follower.advance('drill', undefined, 300)).to.deep.equal(frontier.root())
    const once = filesIn('twice')
    await follower.advance('drill', undefined, 300)
    expect(filesIn('twice')).to.deep.equal(once)
  })

  it('go on from what was signed, past what was written for a size that never was', async () => {
    const { follower, rebuilt } = followerIn('on')
    const root = await follower.advance('drill', undefined, 200)
    await follower.advance('drill', signedAt(200, root), 250)
    expect(await follower.advance('drill', signedAt(200, root), 300)).to.deep.equal(frontier.root())
    expect(rebuilt).to.deep.equal([])
  })

  it('are written again from the batches where they are lost', async () => {
    const { follower, rebuilt } = followerIn('lost')
    const root = await followerIn('aside').follower.advance('drill', undefined, 200)
    expect(await follower.advance('drill', signedAt(200, root), 300)).to.deep.equal(frontier.root())
    expect(rebuilt).to.deep.equal(['drill'])
  })

  it('are refused where the batches do not extend what was signed', async () => {
    const { follower } = followerIn('forked')
    const failure = await follower
      .advance('drill', signedAt(200, Buffer.alloc(32, 9)), 300)
      .catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'AUDIT_LOG_FORKED')
  })
})
