import { expect } from 'chai'
import { digestPath, renderRulesDigest } from '../../tools/generate/rules-digest.ts'

describe('the name of the rules', () => {
  const files = new Map([
    ['compliance/controls/a.ts', 'one'],
    ['compliance/score/b.ts', 'two'],
  ])

  it('is another one where a rule is another one, is there no more, or stands elsewhere', () => {
    const names = [
      files,
      new Map([...files, ['compliance/score/b.ts', 'three']]),
      new Map([...files].slice(1)),
      new Map([
        ['compliance/controls/b.ts', 'one'],
        ['compliance/score/b.ts', 'two'],
      ]),
      new Map([
        ['compliance/controls/a.ts', 'two'],
        ['compliance/score/b.ts', 'one'],
      ]),
    ].map(renderRulesDigest)
    expect(new Set(names).size).to.equal(names.length)
  })

  it('depends on no order, and not on itself', () => {
    const turned = new Map([...files].reverse())
    expect(renderRulesDigest(turned)).to.equal(renderRulesDigest(files))
    expect(renderRulesDigest(new Map([...files, [digestPath, 'x']]))).to.equal(renderRulesDigest(files))
  })
})
