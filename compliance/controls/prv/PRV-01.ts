/** Somebody wrote down which data about people lie where, what for, on which ground, how long and who receives them. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'every entry of the inventory names fields, purpose, legal basis, retention and recipients',
  'complete data-inventory.yaml',
)

const needed = ['fields', 'purpose', 'legal_basis', 'retention', 'recipients'] as const
const inventory = (retention: string) => ({
  file: 'data-inventory.yaml',
  text: `stores:
  - store: academics.grade
    fields: [student, course, grade]
    purpose: keeping education records
    legal_basis: 34 CFR 99.3, public task
${retention}    recipients: [registrar, the student]
`,
})

const machine: Control = {
  id: 'PRV-01',
  sources: ['repository'],
  page: {
    why: 'A request to see, correct or erase data can be answered only for what somebody knows to be there. Article 30 of the GDPR asks for the list.',
    good: [inventory('    retention: 5 years after leaving\n')],
    bad: [inventory('')],
  },
  applies: ({ kind, type }) => kind === 'repository' && type === 'data_inventory_entry',
  check: judgeEntry,
}

export const control = withStatement(
  machine,
  'the inventory names every store, and every column of every database is in it or holds no personal data',
)

function judgeEntry(entry: Resource): Verdict {
  if (entry.attributes.has(''))
    return judge.unknown(
      attributeOf(entry, '')?.known === false ? 'it cannot be read' : 'nothing is known of it',
    )
  const missing = needed.filter((name) => {
    const value = attributeOf(entry, name)
    if (value?.known === false) return childrenOf(entry, name).length === 0
    return (
      value === undefined ||
      value.value === null ||
      value.value === '' ||
      (Array.isArray(value.value) && value.value.length === 0)
    )
  })
  return missing.length === 0
    ? judge.pass('it says all of it')
    : judge.fail(`it says nothing of ${missing.join(', ')}`)
}
