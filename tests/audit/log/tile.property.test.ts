import { expect } from 'chai'
import fc from 'fast-check'
import { joinBundle, splitBundle } from '../../../audit/log/bundle.ts'
import { Frontier } from '../../../audit/log/frontier.ts'
import { leafHash, nodeHash } from '../../../audit/log/hash.ts'
import { TileEdge, type Tile } from '../../../audit/log/tile-edge.ts'
import { parseTilePath, partialPlaces, tilePath, tileWidth, widthAt } from '../../../audit/log/tile.ts'
import { propertyRuns } from '../../support/property.ts'

const entryOf = (at: number) => Buffer.from(`entry ${at}`)
const hashes = Array.from({ length: 5_000 }, (_, at) => leafHash(entryOf(at)))

/** MTH of 256 hashes, word by word. */
function rootOf256(row: readonly Buffer[]): Buffer {
  let level = row
  while (level.length > 1) {
    level = level.flatMap((hash, at) => (at % 2 === 0 ? [nodeHash(hash, level[at + 1] as Buffer)] : []))
  }
  return level[0] as Buffer
}

/** Every tile that a log of `size` has, by path, from the definition. */
function naiveTiles(size: number, leaves: readonly Buffer[] = hashes): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>()
  let row = leaves.slice(0, size)
  for (let level = 0; row.length > 0; level++) {
    const above: Buffer[] = []
    for (let index = 0; index * tileWidth < row.length; index++) {
      const part = row.slice(index * tileWidth, (index + 1) * tileWidth)
      tiles.set(tilePath({ level, index, width: part.length }), Buffer.concat(part))
      if (part.length === tileWidth) above.push(rootOf256(part))
    }
    row = above
  }
  for (let index = 0; index * tileWidth < size; index++) {
    const width = Math.min(tileWidth, size - index * tileWidth)
    const entries = Array.from({ length: width }, (_, at) => entryOf(index * tileWidth + at))
    tiles.set(tilePath({ level: 'entries', index, width }), joinBundle(entries))
  }
  return tiles
}

function grow(edge: TileEdge, to: number): Tile[] {
  const full: Tile[] = []
  while (edge.size < to) {
    const entry = entryOf(edge.size)
    full.push(...edge.add(entry, hashes[edge.size] ?? leafHash(entry)))
  }
  return full
}

const byPath = (tiles: readonly Tile[]) => new Map(tiles.map(({ place, bytes }) => [tilePath(place), bytes]))
const sorted = (tiles: ReadonlyMap<string, Buffer>) => [...tiles].sort(([a], [b]) => (a < b ? -1 : 1))

describe('the tiles of a log', function () {
  this.timeout(120_000)

  it('are those of the definition at random sizes and around the widths of a tile', () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(255, 256, 257, 511, 512, 513))
    fc.assert(
      fc.property(sizes, (size) => {
        const edge = new TileEdge()
        const made = byPath([...grow(edge, size), ...edge.partials()])
        expect(sorted(made)).to.deep.equal(sorted(naiveTiles(size)))
      }),
      propertyRuns({ ci: 25, soak: 2_000 }),
    )
  })

  it('have three levels around 65,536 entries', () => {
    const many = Array.from({ length: 65_537 }, (_, at) => leafHash(entryOf(at)))
    const edge = new TileEdge()
    const full = byPath(grow(edge, 65_534))
    for (const size of [65_535, 65_536, 65_537]) {
      for (const [path, bytes] of byPath(grow(edge, size))) full.set(path, bytes)
      const expected = naiveTiles(size, many)
      const made = new Map([...full, ...byPath(edge.partials())])
      expect([...made.keys()].sort()).to.deep.equal([...expected.keys()].sort())
      for (const [path, bytes] of made) expect(expected.get(path)?.equals(bytes), path).to.equal(true)
    }
    // The worked example of tlog-tiles: 70,000 entries.
    expect(partialPlaces(70_000).map(tilePath)).to.deep.equal([
      'tile/entries/273.p/112',
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ])
  })

  it('grow on from their partial tiles as if nothing had been between', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 2_500 }), fc.nat(2_000))
    fc.assert(
      fc.property(sizes, ([size, more]) => {
        const edge = new TileEdge()
        grow(edge, size)
        const resumed = TileEdge.resume(size, edge.partials())
        expect(resumed.root()).to.deep.equal(edge.root())
        expect(grow(resumed, size + more)).to.deep.equal(grow(edge, size + more))
        const frontier = new Frontier()
        for (const hash of hashes.slice(0, size + more)) frontier.add(hash)
        expect(resumed.root()).to.deep.equal(frontier.root())
        expect(resumed.partials()).to.deep.equal(edge.partials())
      }),
      propertyRuns({ ci: 30, soak: 2_000 }),
    )
  })

  it('refuse to grow on from a tile of another width', () => {
    const edge = new TileEdge()
    grow(edge, 300)
    const cut = edge.partials().map(({ place, bytes }) => ({ place, bytes: bytes.subarray(0, -32) }))
    expect(() => TileEdge.resume(300, cut))
      .to.throw()
      .with.property('code', 'AUDIT_LOG_CORRUPT')
  })
})

describe('the path of a tile', () => {
  const places = fc.record({
    level: fc.oneof(fc.constant('entries' as const), fc.nat(6)),
    index: fc.oneof(fc.nat(2_000), fc.nat(2 ** 31), fc.constantFrom(999, 1_000, 1_234_067)),
    width: fc.integer({ min: 1, max: 256 }),
  })

  it('is read back as it was written', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 5 })).to.equal('tile/0/x001/x234/067.p/5')
    fc.assert(
      fc.property(places, (place) => {
        expect(parseTilePath(tilePath(place))).to.deep.equal(place)
      }),
    )
  })

  it('has one spelling; every other text is none', () => {
    const near = fc
      .tuple(places.map(tilePath), fc.nat(30), fc.constantFrom('0', 'x', '/', '.', 'p', '7', ''))
      .map(([path, at, character]) => path.slice(0, at) + character + path.slice(at + 1))
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const place = parseTilePath(text)
        if (place !== undefined) expect(tilePath(place)).to.equal(text)
      }),
      propertyRuns({ ci: 1_000, soak: 100_000 }),
    )
    for (const text of [
      'tile/00/000',
      'tile/7/000',
      'tile/0/x000/001',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
    ]) {
      expect(parseTilePath(text), text).to.equal(undefined)
    }
  })

  it('says how much of a tile a log of a size has', () => {
    const expected: [number, number][] = [
      [0, 0],
      [255, 255],
      [256, 256],
      [70_000, 256],
    ]
    for (const [size, width] of expected) expect(widthAt({ level: 0, index: 0 }, size)).to.equal(width)
    expect(widthAt({ level: 1, index: 1 }, 70_000)).to.equal(17)
    expect(widthAt({ level: 1, index: 2 }, 70_000)).to.equal(0)
  })
})

describe('an entry bundle', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 })

  it('is cut into the entries it was joined from, the longest included', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(splitBundle(joinBundle(list)).map((entry) => Uint8Array.from(entry))).to.deep.equal(list)
      }),
    )
    const longest = Buffer.alloc(65_535, 7)
    expect(splitBundle(joinBundle([longest]))).to.deep.equal([longest])
  })

  it('gives entries or its own error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          expect(joinBundle(splitBundle(Buffer.from(bytes)))).to.deep.equal(Buffer.from(bytes))
        } catch (error) {
          expect(error).to.have.property('code', 'AUDIT_LOG_CORRUPT')
        }
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
