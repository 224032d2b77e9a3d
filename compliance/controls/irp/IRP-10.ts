/** Every failure that stays open has a plan with an owner and a date. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the repository holds a register of risks or a plan of action (OSCAL poam)',
  'write the plan of action of a scan to a file and give each entry an owner and a date',
)

const register =
  /(?:^|\/)(?:poa-?m|plan-of-action[\w-]*|risk-register)(?:[.-][\w.-]*)?\.(?:json|ya?ml|md|csv|xlsx)$/i

const written: Control = {
  id: 'IRP-10',
  sources: ['repository'],
  page: {
    why: 'A list of failures is no plan. Auditors ask who mends what until when, and what was decided not to be.',
    good: [{ kind: 'repository', type: 'file', attributes: { name: 'docs/poam.json', present: true } }],
    bad: [{ kind: 'repository', type: 'file', attributes: { name: 'docs/poam.json', present: false } }],
  },
  applies: isRegister,
  check: judgeRegister,
}

export const control = withStatement(
  written,
  'each failure that is open for more than 30 days has an entry with owner and date in the plan of action',
)

function isRegister({ kind, type, name, attributes }: Resource): boolean {
  if (kind !== 'repository' || type !== 'file') return false
  const given = attributes.get('name')
  return (
    register.test(name) ||
    (given?.known === true && typeof given.value === 'string' && register.test(given.value))
  )
}

function judgeRegister(file: Resource): Verdict {
  const present = attributeOf(file, 'present')
  if (present?.known === false) return judge.unknown(present.why)
  return present?.value === false
    ? judge.fail('there is no plan of action')
    : judge.pass('a plan of action is there')
}
