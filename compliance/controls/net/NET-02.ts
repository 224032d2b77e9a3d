/** RDP is not open to the internet. */
import type { Control } from '../control.ts'
import { isAclRule, judgeAcl } from '../read/access-list.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no rule lets 0.0.0.0/0 or ::/0 reach port 3389',
  'name the networks that need port 3389, or use a session manager instead',
)

const group = (from: string) =>
  `resource "aws_security_group" "admin" {\n  ingress {\n    from_port   = 3389\n    to_port     = 3389\n    protocol    = "tcp"\n    cidr_blocks = ["${from}"]\n  }\n}\n`

export const control: Control = {
  id: 'NET-02',
  sources: ['terraform'],
  page: {
    why: 'Everybody on the internet may try passwords and every fault of the server; machines do so within minutes.',
    good: [{ file: 'main.tf', text: group('10.0.99.0/28') }],
    bad: [{ file: 'main.tf', text: group('0.0.0.0/0') }],
  },
  applies: (resource) => holdsRules(resource) || isAclRule(resource),
  check: (resource, evidence) =>
    isAclRule(resource)
      ? judgeAcl(judge, resource, { evidence, ports: [3389] })
      : judgeWorld(judge, resource, evidence, { ports: [3389] }),
}
