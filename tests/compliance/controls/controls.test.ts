import { expect } from 'chai'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { VerdictStatus } from '../../../compliance/controls/control.ts'
import { judge } from '../../../compliance/score/judge.ts'
import { evidenceOf, type Cases, type Source } from './cases.ts'
import { identity } from './identity.cases.ts'
import { network } from './network.cases.ts'
import { storage } from './storage.cases.ts'
import { workload } from './workload.cases.ts'

const tables: Readonly<Record<string, Cases>> = { ...network, ...identity, ...storage, ...workload }
const measured = joinControls(readChecklist(), controls)
const scope = new Set(['terraform', 'compose', 'dockerfile', 'postgres', 'http'] as const)

/** Judges a source by one control; `nothing` when it looks at none of its resources. */
function statusOf(id: string, source: Source): VerdictStatus | 'waived' | 'nothing' {
  const only = measured.filter(({ item }) => item.id === id)
  const input = { evidence: evidenceOf(source()), measured: only, waivers: [], scope, nowMillis: 0 }
  const [item] = judge(input).items
  if (item === undefined || (item.judgements.length === 0 && item.state === 'not-applicable'))
    return 'nothing'
  return item.state
}

/** Controls for which a resource they look at always has something to judge. */
const alwaysApply = new Set([
  'NET-17',
  'DBS-13',
  'DBS-18',
  'CTR-03',
  'CTR-06',
  'CTR-07',
  'CTR-08',
  'APP-11',
  'APP-12',
])

describe('the controls', () => {
  it('have a table of cases each, with two that pass, two that fail, one unknown and one that does not apply', () => {
    expect(Object.keys(tables).sort()).to.deep.equal(controls.map(({ id }) => id).sort())
    const thin = Object.entries(tables).filter(
      ([id, { pass, fail, unknown, notApplicable }]) =>
        pass.length < 2 ||
        fail.length < 2 ||
        unknown.length < 1 ||
        (notApplicable.length < 1 && !alwaysApply.has(id)),
    )
    expect(thin.map(([id]) => id)).to.deep.equal([])
  })

  for (const [id, { pass, fail, unknown, notApplicable }] of Object.entries(tables)) {
    const expected: readonly (readonly [VerdictStatus, readonly Source[]])[] = [
      ['pass', pass],
      ['fail', fail],
      ['unknown', unknown],
      ['not-applicable', notApplicable],
    ]
    for (const [status, sources] of expected) {
      if (sources.length === 0) continue
      it(`${id} says ${status} where it must`, () => {
        const found = sources.map((source) => statusOf(id, source))
        expect(found).to.deep.equal(sources.map(() => status))
      })
    }
  }
})
