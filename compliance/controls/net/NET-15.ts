/** Network access lists do not let the internet reach the ports of administrators. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { holdsAclRules, judgeAcl } from '../read/access-list.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no rule of an access list lets 0.0.0.0/0 or ::/0 reach ports 22 and 3389',
  'name the ports that are served, or deny 22 and 3389 with a lower rule number',
)

const rule = (port: number) =>
  `resource "aws_network_acl_rule" "in" {\n  network_acl_id = "acl-0123"\n  rule_number    = 100\n  rule_action    = "allow"\n  protocol       = "tcp"\n  from_port      = ${port}\n  to_port        = ${port}\n  cidr_block     = "0.0.0.0/0"\n}\n`

export const control: Control = {
  id: 'NET-15',
  sources: ['terraform'],
  page: {
    why: 'The access list of a subnet is the second fence: it still holds when somebody opens a security group by mistake.',
    good: [{ file: 'main.tf', text: rule(443) }],
    bad: [{ file: 'main.tf', text: rule(22) }],
  },
  applies: holdsAclRules,
  check: (resource, evidence) => {
    const hidden = attributeOf(resource, '')
    return hidden?.known === false
      ? judge.unknown(hidden.why)
      : judgeAcl(judge, resource, { evidence, ports: [22, 3389] })
  },
}
