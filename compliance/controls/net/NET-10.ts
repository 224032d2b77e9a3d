/** The security group that everything gets that names none lets nothing in and nothing out. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { referrersOf } from '../read/network.ts'
import { inModule, ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'aws_default_security_group of the VPC is managed and has no rule',
  'add aws_default_security_group with vpc_id and nothing else',
)

const vpc = 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'

export const control: Control = {
  id: 'NET-10',
  sources: ['terraform'],
  page: {
    why: 'A resource made without a group gets the default one, in which everything may talk to everything.',
    good: [
      {
        file: 'main.tf',
        text: `${vpc}\nresource "aws_default_security_group" "main" {\n  vpc_id = aws_vpc.main.id\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: vpc }],
  },
  applies: ofType('aws_vpc', 'aws_default_vpc'),
  check: judgeNetwork,
}

function judgeNetwork(resource: Resource, evidence: Evidence): Verdict {
  const hidden = attributeOf(resource, '')
  if (hidden?.known === false) return judge.unknown(hidden.why)
  const groups = referrersOf(resource, evidence, { type: 'aws_default_security_group', path: 'vpc_id' })
  if (groups.certain.length > 0)
    return worstOf(
      groups.certain.map((group) => judgeGroup(group, resource, evidence)),
      judge.unknown('no group was found'),
    )
  const [possible] = groups.possible
  if (possible !== undefined) return judge.unknown(`${possible.address} may be for it`, possible.position)
  return mended(judge.fail('its default group is not managed'), ...added(resource, evidence))
}

const ruleTypes = [
  'aws_security_group_rule',
  'aws_vpc_security_group_ingress_rule',
  'aws_vpc_security_group_egress_rule',
]

function judgeGroup(group: Resource, network: Resource, evidence: Evidence): Verdict {
  for (const path of ['ingress', 'egress']) {
    const rules = childrenOf(group, path).filter((each) => !each.endsWith('.*'))
    const whole = attributeOf(group, path)
    if (rules.length > 0) return judge.fail(`${group.address} has ${path}`, whole ?? group.position)
    if (whole !== undefined && !whole.known) return judge.unknown(`${path} ${whole.why}`, whole)
  }
  // A rule may stand beside it, and name the group or the network it is of.
  const rules = [group, network].flatMap((target) =>
    ruleTypes.map((type) => referrersOf(target, evidence, { type, path: 'security_group_id' })),
  )
  const [rule] = rules.flatMap(({ certain }) => certain)
  if (rule !== undefined) return judge.fail(`${rule.address} is a rule of it`, rule.position)
  return judge.pass(`${group.address} has no rule`, group.position)
}

/** A block beside the network, where nothing of that name stands and there is one network. */
function added(resource: Resource, evidence: Evidence): readonly Mend[] {
  const { address, name } = resource
  if (!/^aws_(default_)?vpc\.[\w-]+$/.test(address)) return []
  const isTaken = inModule(evidence, resource, 'aws_default_security_group').some(
    (each) => each.name === name,
  )
  const text = `\nresource "aws_default_security_group" "${name}" {\n  vpc_id = ${address}.id\n}\n`
  return isTaken ? [] : [{ after: text }]
}
