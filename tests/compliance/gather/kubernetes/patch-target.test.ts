import { expect } from 'chai'
import { isFor, type Sought, type Target } from '../../../../compliance/gather/kubernetes/patch-target.ts'
import type { Value } from '../../../../compliance/gather/value.ts'

const map = (entries: Readonly<Record<string, Value>>): Value => ({
  kind: 'map',
  entries: new Map(Object.entries(entries)),
})
const web = map({ metadata: map({ labels: map({ app: { kind: 'plain', value: 'web' } }) }) })
const sought = (names: readonly string[], isLabelled = false): Sought => ({
  root: web,
  names,
  namespaces: ['default'],
  isLabelled,
})
const named = (name: string): Target => ({ patterns: new Map([['name', name]]), isPlain: false })

describe('the target of a patch', () => {
  it('may select what kustomizations give other labels, whatever an object says of itself', () => {
    const select = (labelSelector: string, isLabelled: boolean) =>
      isFor({ patterns: new Map(), isPlain: false, labelSelector }, sought(['web'], isLabelled))
    expect([select('app=web', false), select('app=front', false), select('tier=x', false)]).to.deep.equal([
      'yes',
      'no',
      'no',
    ])
    for (const selector of ['app=web', 'app=front', 'tier=x'])
      expect(select(selector, true), selector).to.equal('maybe')
  })

  it('takes a dot for any character, unless it is escaped', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['w.b', 'web', 'yes'],
      ['w.b', 'web-1', 'no'],
      ['w\\.b', 'web', 'no'],
      ['w\\.b', 'w.b', 'yes'],
      ['.*e.', 'web', 'yes'],
      ['w.*-.-.*z', 'web-1-a-z', 'yes'],
      ['w.*-.-.*z', 'web-11-az', 'no'],
      ['..', 'web', 'no'],
      ['x|w..', 'web', 'yes'],
      ['w.+', 'web', 'maybe'],
    ]
    for (const [pattern, name, answer] of cases)
      expect(isFor(named(pattern), sought([name])), `${pattern} ${name}`).to.equal(answer)
  })

  it('does not try a long pattern on a long text', () => {
    expect(isFor(named(`${'.'.repeat(2_000)}.*`), sought(['a'.repeat(5_000)]))).to.equal('maybe')
  })
})
