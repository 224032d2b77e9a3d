import { posix } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { placeName } from '../../../compliance/score/place-name.ts'

describe('the name of a place', () => {
  const segment = fc.constantFrom('a', 'b', 'infra', '.', '..', '')
  const path = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/'))

  it('is what a path leads to, from the ground of the scan', () => {
    fc.assert(
      fc.property(path, path, path, fc.boolean(), (folder, from, name, isAbsolute) => {
        const root = `/${folder}`
        const file = isAbsolute ? `/${name}` : name
        expect(placeName(file, { root, from })).to.equal(
          posix.relative(root, posix.resolve(root, from, file)),
        )
      }),
    )
  })

  it('is that of a live source as it stands', () => {
    expect(placeName('postgres:campanile', { root: '/a', from: '' })).to.equal('postgres:campanile')
  })
})
