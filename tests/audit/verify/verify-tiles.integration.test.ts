import { expect } from 'chai'
import fc from 'fast-check'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openChain } from '../../../audit/log/handover.ts'
import { parseVerifierKey } from '../../../audit/log/note.ts'
import { tilePath, widthAt } from '../../../audit/log/tile.ts'
import { verifyTiles, type TilesOptions } from '../../../audit/verify/verify-tiles.ts'
import { propertyRuns } from '../../support/property.ts'
import { foreignSignatures } from './foreign-signatures.ts'
import { folderKey, signFolder, writeLog, type LogShape } from './tile-folder.ts'

const chain = openChain(parseVerifierKey(folderKey), [])

describe('the verifier of tiles', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'campanile-tiles-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const verify = (options?: TilesOptions) => verifyTiles({ kind: 'folder', folder }, chain, options)
  const make = (size: number, shape?: LogShape) => writeLog(folder, size, shape)
  const files = () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
  const isBundle = (name: string) => name.startsWith('tile/entries/')
  const read = (name: string) => {
    const bytes = readFileSync(join(folder, name))
    return isBundle(name) ? gunzipSync(bytes) : bytes
  }
  const write = (name: string, bytes: Buffer) =>
    writeFileSync(join(folder, name), isBundle(name) ? gzipSync(bytes) : bytes)
  const change = (name: string, at: number) => {
    const bytes = read(name)
    const offset = at < 0 ? bytes.length + at : at
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x01
    write(name, bytes)
  }

  for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 700]) {
    it(`accepts a log of ${size}, compressed and plain`, async () => {
      for (const isPlain of [false, true]) {
        rmSync(folder, { recursive: true })
        const root = make(size, { isPlain })
        const verdict = await verify()
        expect(verdict).to.include({ valid: true, foreign: 0 })
        expect(verdict.valid && [verdict.checkpoint.size, verdict.checkpoint.root]).to.deep.equal([
          size,
          root,
        ])
      }
    })
  }

  for (const size of [65_535, 65_536, 65_537, 131_500]) {
    it(`accepts a log of ${size} with one thread and with several, and finds a leaf in its last part`, async () => {
      make(size)
      for (const threads of [1, 3]) expect(await verify({ threads })).to.include({ valid: true })
      const last = size - 1
      const place = { level: 'entries' as const, index: Math.floor(last / 256) }
      change(tilePath({ ...place, width: widthAt(place, size) }), -40)
      for (const threads of [1, 3]) {
        expect(await verify({ threads })).to.include({
          valid: false,
          fault: 'ENTRY_MISMATCH',
          firstBad: last,
        })
      }
    })
  }

  it('rejects every one-byte change of checkpoint, tile and bundle of a small log', async () => {
    make(3)
    for (const name of files()) {
      const bytes = read(name)
      for (let at = 0; at < bytes.length; at++) {
        change(name, at)
        expect((await verify()).valid, `${name} at ${at}`).to.equal(false)
        write(name, bytes)
      }
    }
    expect((await verify()).valid).to.equal(true)
  })

  it('names the range of any byte that is changed in a log of several tiles', async () => {
    make(700)
    const names = files().filter((name) => name !== 'checkpoint')
    const choice = fc.tuple(
      fc.constantFrom(...names),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    )
    await fc.assert(
      fc.asyncProperty(choice, async ([name, share]) => {
        const bytes = read(name)
        change(name, Math.floor(share * bytes.length))
        const verdict = await verify()
        write(name, bytes)
        const [, level = '', number = ''] = /^tile\/(\w+)\/(\d+)/.exec(name) ?? []
        const leaves = level === '1' ? 65_536 : 256
        const first = Number(number) * leaves
        expect(verdict.valid, name).to.equal(false)
        if (!verdict.valid) expect(verdict.firstBad).to.be.within(first, first + leaves - 1)
      }),
      propertyRuns({ ci: 150, soak: 5_000 }),
    )
  })

  it('says of any bytes in the place of a file that they are wrong, and throws nothing', async () => {
    make(300)
    const choice = fc.tuple(fc.constantFrom(...files()), fc.uint8Array({ maxLength: 9_000 }), fc.boolean())
    await fc.assert(
      fc.asyncProperty(choice, async ([name, bytes, isPacked]) => {
        const kept = readFileSync(join(folder, name))
        writeFileSync(join(folder, name), isPacked ? gzipSync(bytes) : bytes)
        const verdict = await verify()
        writeFileSync(join(folder, name), kept)
        expect(verdict.valid, name).to.equal(false)
      }),
      propertyRuns({ ci: 200, soak: 10_000 }),
    )
  })

  it('tells a changed entry from a changed tile where the row above says so', async () => {
    make(700)
    change('tile/entries/000', 2 + 30)
    expect(await verify()).to.include({ fault: 'ENTRY_MISMATCH', firstBad: 0, before: 1 })
    make(700)
    change('tile/0/001', 32 * 7)
    expect(await verify()).to.include({ fault: 'TILE_MISMATCH', firstBad: 263, before: 264 })
    make(700)
    change('tile/1/000.p/2', 40)
    expect(await verify()).to.include({
      valid: false,
      fault: 'TILE_MISMATCH',
      firstBad: 256,
      before: 512,
    })
  })

  it('names a file that is missing, and takes the full tile where the partial one was collected', async () => {
    make(700)
    rmSync(join(folder, 'tile/entries/001'))
    const verdict = await verify()
    expect(verdict).to.include({ fault: 'FILE_MISSING', firstBad: 256, before: 512 })
    expect(!verdict.valid && verdict.detail).to.include('tile/entries/001')
    const root = make(700)
    const note = signFolder(700, root)
    make(800)
    make(1_000)
    for (const name of ['tile/entries/002.p', 'tile/0/002.p']) rmSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'checkpoint'), note)
    rmSync(join(folder, 'tile/entries/003.p'), { recursive: true })
    expect(await verify()).to.include({ valid: true })
  })

  it('finds two bundles that changed places, a bundle with one entry more, and one cut short', async () => {
    make(700)
    const [a, b] = [read('tile/entries/000'), read('tile/entries/001')]
    write('tile/entries/000', b)
    write('tile/entries/001', a)
    expect(await verify()).to.include({ fault: 'ENTRY_MISMATCH', firstBad: 0 })
    make(700)
    write('tile/entries/001', Buffer.concat([b, Buffer.of(0, 1, 65)]))
    expect(await verify()).to.include({ fault: 'BUNDLE_MALFORMED', firstBad: 256 })
    write('tile/entries/001', b.subarray(0, -1))
    expect(await verify()).to.include({ fault: 'BUNDLE_MALFORMED', firstBad: 256 })
  })

  it('finds a log that was rewritten with all its hashes under the old checkpoint', async () => {
    make(700)
    const note = readFileSync(join(folder, 'checkpoint'))
    make(700, { timeOf: (at) => 1_000 + at })
    writeFileSync(join(folder, 'checkpoint'), note)
    expect(await verify()).to.include({ fault: 'ROOT_MISMATCH', firstBad: 0, before: 700 })
  })

  it('finds a time that decreases, also between two parts, and counts what is no leaf', async () => {
    make(700, { timeOf: (at) => (at === 300 ? 1 : 1_000 + at) })
    expect(await verify()).to.include({ fault: 'TIME_DECREASED', firstBad: 300 })
    make(65_600, { timeOf: (at) => (at < 65_536 ? 100_000 + at : at) })
    expect(await verify({ threads: 2 })).to.include({ fault: 'TIME_DECREASED', firstBad: 65_536 })
  })

  it('names the first missing file of a log that claims to have any size, and keeps nothing for the others', async () => {
    for (const size of [Number.MAX_SAFE_INTEGER, 2 ** 50, 2 ** 48, 2 ** 47]) {
      make(300)
      writeFileSync(join(folder, 'checkpoint'), signFolder(size, Buffer.alloc(32, 1)))
      for (const threads of [1, 2]) {
        const verdict = await verify({ threads })
        expect(verdict, `${size}`).to.include({ valid: false, fault: 'FILE_MISSING', firstBad: 0 })
      }
    }
  })

  it('reads a checkpoint with as many signatures as a note may carry', async () => {
    const root = make(10)
    writeFileSync(join(folder, 'checkpoint'), signFolder(10, root) + foreignSignatures(63))
    expect(await verify()).to.include({ valid: true })
  })

  it('refuses another key, a missing checkpoint and a log shorter than it was', async () => {
    make(10)
    expect(await verify({ minSize: 11 })).to.include({ fault: 'TRUNCATED', firstBad: 10 })
    writeFileSync(join(folder, 'checkpoint'), 'house.example/logs/drill\n10\n')
    expect(await verify()).to.include({ fault: 'CHECKPOINT_INVALID' })
    rmSync(join(folder, 'checkpoint'))
    expect(await verify()).to.include({ fault: 'CHECKPOINT_MISSING' })
  })
})
