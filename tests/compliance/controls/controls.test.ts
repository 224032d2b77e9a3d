import { expect } from 'chai'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { VerdictStatus } from '../../../compliance/controls/control.ts'
import { evidenceSources } from '../../../contracts/posture.ts'
import { judge } from '../../../compliance/score/judge.ts'
import { evidenceOf, type Cases, type Source } from './cases.ts'
import { app } from './cases/app.cases.ts'
import { bdr } from './cases/bdr.cases.ts'
import { cic } from './cases/cic.cases.ts'
import { cst } from './cases/cst.cases.ts'
import { ctr } from './cases/ctr.cases.ts'
import { dat } from './cases/dat.cases.ts'
import { dbs } from './cases/dbs.cases.ts'
import { hst } from './cases/hst.cases.ts'
import { iamGrants } from './cases/iam-grants.cases.ts'
import { iam } from './cases/iam.cases.ts'
import { irp } from './cases/irp.cases.ts'
import { log } from './cases/log.cases.ts'
import { mon } from './cases/mon.cases.ts'
import { monAvailability } from './cases/mon-availability.cases.ts'
import { net } from './cases/net.cases.ts'
import { netRules } from './cases/net-rules.cases.ts'
import { prv } from './cases/prv.cases.ts'
import { sec } from './cases/sec.cases.ts'
import { ten } from './cases/ten.cases.ts'
import { tlsListeners } from './cases/tls-listeners.cases.ts'
import { tlsStores } from './cases/tls-stores.cases.ts'
import { tls } from './cases/tls.cases.ts'
import { identity } from './identity.cases.ts'
import { network } from './network.cases.ts'
import { storage } from './storage.cases.ts'
import { workload } from './workload.cases.ts'

const tables: Readonly<Record<string, Cases>> = {
  ...network,
  ...identity,
  ...storage,
  ...workload,
  ...app,
  ...bdr,
  ...cic,
  ...cst,
  ...ctr,
  ...dat,
  ...dbs,
  ...hst,
  ...iam,
  ...iamGrants,
  ...irp,
  ...log,
  ...mon,
  ...monAvailability,
  ...net,
  ...netRules,
  ...prv,
  ...sec,
  ...ten,
  ...tls,
  ...tlsStores,
  ...tlsListeners,
}
const measured = joinControls(readChecklist(), controls)
const scope = new Set(evidenceSources)

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
  'DBS-10',
  'DBS-13',
  'DBS-15',
  'DBS-18',
  'DBS-19',
  'BDR-04',
  'CTR-03',
  'CTR-06',
  'CTR-07',
  'CTR-08',
  'APP-12',
  // A finding of AWS always says something.
  'IAM-01',
  'IAM-02',
  'IAM-10',
  'IAM-11',
  'IAM-16',
  // One alert that is right is enough: the others are not judged.
  'MON-02',
  'MON-03',
  'MON-04',
  'MON-05',
  'MON-06',
  'MON-07',
  'MON-08',
  'MON-15',
  'LOG-17',
  // What is asked is there, or nobody knows.
  'LOG-11',
  'LOG-13',
  'LOG-14',
  'MON-09',
  'MON-10',
  'MON-13',
  'MON-16',
  'MON-17',
  'MON-12',
  'IRP-01',
  'IRP-02',
  'IRP-03',
  'IRP-04',
  'IRP-05',
  'IRP-06',
  'IRP-07',
  'IRP-08',
  'IRP-09',
  'IRP-10',
  'IRP-11',
  'APP-20',
  'TEN-08',
  'PRV-01',
  'PRV-03',
  'PRV-04',
  'PRV-05',
  'PRV-06',
  'PRV-14',
])

/** Controls that cannot tell from what they see that a thing is not there. */
const neverFails = new Set(['PRV-04'])

/** What people alone answer for is signed or not known. */
const onlySigned = new Set(
  controls.filter(({ sources }) => sources.every((source) => source === 'attestation')).map(({ id }) => id),
)

describe('the controls', () => {
  it('have a table of cases each, with two that pass, two that fail, one unknown and one that does not apply', () => {
    expect(Object.keys(tables).sort()).to.deep.equal(controls.map(({ id }) => id).sort())
    const thin = Object.entries(tables).filter(
      ([id, { pass, fail, unknown, notApplicable }]) =>
        pass.length < 2 ||
        (fail.length < 2 && !onlySigned.has(id) && !neverFails.has(id)) ||
        unknown.length < 1 ||
        (notApplicable.length < 1 && !alwaysApply.has(id) && !onlySigned.has(id)),
    )
    expect(thin.map(([id]) => id)).to.deep.equal([])
  })

  it('look at nothing but the kinds of sources they name', () => {
    const other = controls.flatMap(({ id, sources, applies }) => {
      const { pass = [], fail = [], unknown = [], notApplicable = [] } = tables[id] ?? {}
      const resources = [...pass, ...fail, ...unknown, ...notApplicable].flatMap((source) => source())
      const kinds = resources.filter((resource) => applies(resource)).map(({ kind }) => kind)
      return kinds.filter((kind) => !sources.includes(kind)).map((kind) => `${id} ${kind}`)
    })
    expect(other).to.deep.equal([])
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
