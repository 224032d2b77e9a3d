/** What a label of a metric may be, so that no series is of one person or of a few. */
import { expect } from 'chai'
import { attributes } from '../../contracts/attributes.ts'
import type { AttributeSpec } from '../../contracts/attributes/define.ts'
import type { MetricSpec } from '../../contracts/metrics/define.ts'
import { metrics } from '../../contracts/metrics.ts'
import { tokenRoles } from '../../contracts/ledger-token.ts'
import { roles } from '../../contracts/services.ts'

const specs: [string, AttributeSpec][] = Object.entries(attributes)
const all: [string, MetricSpec][] = Object.entries(metrics)
const labels = all.flatMap(([, spec]) => Object.entries(spec.labels))

/** Words for what puts people of a campus into groups, or is said of a person. */
const ofGroups =
  /(?:^|[._])(?:course|class|section|program|programme|cohort|major|minor|department|faculty|school|college|degree|term|semester|year|dorm|hall|residence|team|club|group|advisor|adviser|instructor|teacher|student|grade|gpa|gender|sex|race|ethnicity|nationality|citizenship|religion|disability|age|birth)s?(?:$|[._])/i

describe('labels of metrics', () => {
  it('are closed lists, or names of parts of the house, of its checklist and its tenants', () => {
    const open = labels.flatMap(([name, label]) => ('values' in label ? [] : [name]))
    expect([...new Set(open)].sort()).to.deep.equal([
      'component',
      // Of the checklist, which nobody adds to while the house runs.
      'item',
      'metric',
      'place',
      'route',
      'rule',
      'tenant',
      'witness',
    ])
  })

  it('name no group of people, and neither does a key that may become one', () => {
    const ofMetrics = new Set(labels.map(([name]) => name).filter((name) => ofGroups.test(name)))
    const keys = specs.flatMap(([key, { class: of }]) => (of === 'safe' || of === 'template' ? [key] : []))
    // Classes of events of the ledger and groups of the checklist are closed lists of things.
    expect([...ofMetrics]).to.have.members(['class', 'group'])
    expect(keys.filter((key) => ofGroups.test(key))).to.deep.equal(['audit.class'])
  })

  it('tell of people only what they are to the institution: one of its roles', () => {
    for (const [name, label] of labels) {
      if (/role/.test(name))
        expect([roles, tokenRoles], name).to.deep.include('values' in label && label.values)
    }
    const known = ['enduser.role', 'campus.role', 'role'] as const
    for (const key of known) expect(attributes[key].values).to.deep.equal(roles)
    const others = specs.flatMap(([key, spec]) => (/role/.test(key) && spec.class === 'safe' ? [key] : []))
    expect(others).to.have.members([...known])
  })
})
