import { expect } from 'chai'
import fc from 'fast-check'
import { parseCosignerKey, verifyCosignatures, type CosignerKey } from '../../../audit/log/cosignature.ts'
import { AuditError } from '../../../audit/log/errors.ts'
import { parseNote, parseVerifierKey, verifyNote } from '../../../audit/log/note.ts'
import { verifyConsistency, verifyInclusion } from '../../../audit/log/proof.ts'
import { TileEdge, type Tile } from '../../../audit/log/tile-edge.ts'
import { tilePath } from '../../../audit/log/tile.ts'
import { propertyRuns } from '../../support/property.ts'
import { cosigned, TestLog, testSigner } from '../log/cosigned-log.ts'
import { buildOracle, type Oracle, type Question } from './go-oracle.ts'

const log = new TestLog(testSigner('house.example/logs/drill', 1))
const edges = [255, 256, 257, 65_535, 65_536, 65_537]
const largest = 65_537
const { numRuns, seed } = propertyRuns({ ci: 40, soak: 400 })
const randomSizes = fc.sample(fc.integer({ min: 1, max: 5_000 }), { numRuns, seed })
const sizes = [1, 2, 3, ...edges, ...randomSizes]
const grow: Question = { op: 'root', size: largest }

const oracle: Oracle = buildOracle()

describe('x/mod/sumdb, an independent checker', () => {
  if (!oracle.isThere) {
    it(`is not asked on this system: ${oracle.reason}`, () => {
      expect(oracle.isThere).to.equal(false)
    })
    return
  }
  const { ask } = oracle

  it('computes the same roots at any size and at the edges of tiles', () => {
    const roots = ask(sizes.map((size) => ({ op: 'root', size })))
    expect(roots.map(({ root }) => root)).to.deep.equal(sizes.map((size) => text(log.root(size))))
  })

  it('makes the same inclusion proofs, takes ours and refuses what we refuse', () => {
    const places = sizes.flatMap((size) =>
      [...new Set([0, size - 1, Math.floor(size / 2), Math.floor(size / 3)])].map((index) => ({
        index,
        size,
      })),
    )
    const proofs = places.map((place) => ({ ...place, path: log.inclusion(place.index, place.size) }))
    const made = ask([grow, ...places.map((place): Question => ({ op: 'inclusion', ...place }))]).slice(1)
    expect(made.map(({ path = [] }) => path)).to.deep.equal(proofs.map(({ path }) => path.map(text)))
    const claims = proofs.flatMap(({ index, size, path }) => {
      const claim = { index, size, path, leaf: log.leaf(index), root: log.root(size) }
      const wrong = [
        { ...claim, leaf: log.leaf(index + 1) },
        { ...claim, root: log.root(size + 1) },
        { ...claim, index: (index + 1) % size },
        { ...claim, path: [...path, log.leaf(0)] },
        { ...claim, path: path.slice(1) },
        { ...claim, path: path.map((hash, at) => (at === path.length - 1 ? flipped(hash) : hash)) },
      ]
      return [claim, ...wrong]
    })
    const theirs = ask(
      claims.map(({ index, size, path, leaf, root }) => ({
        op: 'check-inclusion',
        index,
        size,
        path: path.map(text),
        leaf: text(leaf),
        root: text(root),
      })),
    )
    const ours = claims.map(({ leaf, root, ...claim }) =>
      accepts(() => verifyInclusion({ ...claim, leafHash: leaf }, root)),
    )
    expect(theirs.map(({ ok }) => ok)).to.deep.equal(ours)
    expect(ours.filter((ok) => ok).length)
      .to.be.at.least(proofs.length)
      .and.below(claims.length / 2)
  })

  it('makes the same consistency proofs, takes ours and refuses what we refuse', () => {
    const pairs = sizes.flatMap((size) =>
      [...new Set([1, Math.ceil(size / 2), Math.max(1, size - 1), size])].map((from) => ({ from, size })),
    )
    const made = ask([grow, ...pairs.map((pair): Question => ({ op: 'consistency', ...pair }))]).slice(1)
    const proofs = pairs.map(({ from, size }) => log.consistency(from, size))
    expect(made.map(({ path = [] }) => path)).to.deep.equal(proofs.map((path) => path.map(text)))
    const claims = pairs.flatMap(({ from, size }, at) => {
      const path = proofs[at] ?? []
      const claim = { from, size, path, old: log.root(from), root: log.root(size) }
      const wrong = [
        { ...claim, old: flipped(claim.old) },
        { ...claim, root: flipped(claim.root) },
        { ...claim, path: [...path, log.leaf(0)] },
        { ...claim, path: path.slice(0, -1) },
      ]
      return path.length === 0 ? [claim, ...wrong.slice(0, 3)] : [claim, ...wrong]
    })
    const theirs = ask(
      claims.map(({ from, size, path, old, root }) => ({
        op: 'check-consistency',
        from,
        size,
        path: path.map(text),
        old: text(old),
        root: text(root),
      })),
    )
    const ours = claims.map(({ from, size, path, old, root }) =>
      accepts(() => verifyConsistency({ from, to: size, path, fromRoot: old, toRoot: root })),
    )
    expect(theirs.map(({ ok }) => ok)).to.deep.equal(ours)
    expect(ours.filter((ok) => ok).length).to.equal(pairs.length)
  })

  it('opens our notes and refuses those with any one byte changed', () => {
    const witness = testSigner('witness.example', 9, 'cosignature')
    const other = testSigner('other.example', 2)
    const note = cosigned(log.checkpoint(257), [witness])
    const changedAt = (at: number) => note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1)
    const notes = [note, ...Array.from(note, (_, at) => changedAt(at))]
    for (const keys of [[log.signer.vkey], [other.vkey], [log.signer.vkey, other.vkey]]) {
      const theirs = ask(notes.map((each) => ({ op: 'note', keys, note: text(Buffer.from(each)) })))
      const ours = notes.map((each) => accepts(() => verifyNote(parseNote(each), keys.map(parseVerifierKey))))
      // We read base64 in its one spelling only; whatever we take, they take.
      expect(theirs.filter(({ ok }, at) => ours[at] === true && !ok)).to.deep.equal([])
      const isOurs = keys.includes(log.signer.vkey)
      expect(ours[0]).to.equal(isOurs)
      expect(theirs[0]?.ok).to.equal(isOurs)
    }
  })

  it('finds our cosignatures good, and no other time, text or witness in them', () => {
    const witness = testSigner('witness.example/w1', 9, 'cosignature')
    const other = testSigner(witness.name, 10, 'cosignature')
    const key = parseCosignerKey(witness.vkey)
    const note = cosigned(log.checkpoint(257), [witness], 1_700_000_000)
    const changedAt = (at: number) => note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1)
    const notes = [
      note,
      cosigned(log.checkpoint(257), [other]),
      ...Array.from(note, (_, at) => changedAt(at)),
    ]
    const keys = [witness.vkey]
    const theirs = ask(notes.map((each) => ({ op: 'cosignature', keys, note: text(Buffer.from(each)) })))
    const ours = notes.map((each) => accepts(() => mustBeCosigned(each, key)))
    // We read base64 in its one spelling only; whatever we take, they take.
    expect(theirs.filter(({ ok }, at) => ours[at] === true && !ok)).to.deep.equal([])
    expect([ours[0], theirs[0]?.ok, ours[1], theirs[1]?.ok]).to.deep.equal([true, true, false, false])
  })

  it('takes no note and no key that random bytes make, nor do we', () => {
    const pieces = [...log.checkpoint(7).split(/(?<=\n)/), '\n', '— ', log.signer.name]
    const texts = fc.sample(
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })), { maxLength: 9 }),
      { numRuns: numRuns * 20, seed },
    )
    const notes = texts.map((parts) => parts.join('')).filter((note) => note.isWellFormed())
    const keys = [log.signer.vkey]
    const theirs = ask(notes.map((note) => ({ op: 'note', keys, note: text(Buffer.from(note)) })))
    const ours = notes.map((note) => accepts(() => verifyNote(parseNote(note), keys.map(parseVerifierKey))))
    expect(theirs.map(({ ok }) => ok)).to.deep.equal(ours)
  })

  it('cuts trees into the same tiles under the same names', () => {
    for (const size of [1, 255, 256, 257, 1_000, largest]) {
      const tiles = tilesOf(size).filter(({ place }) => place.level !== 'entries')
      const theirs = ask([
        { op: 'root', size },
        ...tiles.map(({ place }): Question => ({ op: 'tile', tile: tilePath(place) })),
      ]).slice(1)
      expect(theirs.filter(({ ok }) => !ok)).to.deep.equal([])
      expect(theirs.map(({ bytes }) => bytes)).to.deep.equal(tiles.map(({ bytes }) => text(bytes)))
    }
  })
})

function tilesOf(size: number): Tile[] {
  const edge = new TileEdge()
  const full = Array.from({ length: size }, (_, index) =>
    edge.add(Buffer.from(`entry ${index}`), log.leaf(index)),
  )
  return [...full.flat(), ...edge.partials()]
}

function mustBeCosigned(note: string, key: CosignerKey): void {
  if (verifyCosignatures(parseNote(note), [key]).length === 0) {
    throw new AuditError('AUDIT_NOTE_UNSIGNED', 'no cosignature')
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

function flipped(hash: Uint8Array): Buffer {
  const changed = Buffer.from(hash)
  changed[7] = (changed[7] ?? 0) ^ 1
  return changed
}

function accepts(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch (error) {
    expect(error).to.be.instanceOf(AuditError)
    return false
  }
}
