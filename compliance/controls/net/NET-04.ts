/** No rule lets everything in from the internet. */
import type { Control } from '../control.ts'
import { holdsRules, judgeWorld } from '../read/world-rules.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no rule lets 0.0.0.0/0 or ::/0 reach every port or protocol',
  'open only the ports that are served, to the networks that need them',
)

const group = (port: string, protocol: string) =>
  `resource "aws_security_group" "web" {\n  ingress {\n    from_port   = ${port}\n    to_port     = ${port}\n    protocol    = "${protocol}"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n`

export const control: Control = {
  id: 'NET-04',
  sources: ['terraform'],
  page: {
    why: 'One rule for everything opens what is there today and what somebody starts tomorrow.',
    good: [{ file: 'main.tf', text: group('443', 'tcp') }],
    bad: [{ file: 'main.tf', text: group('0', '-1') }],
  },
  applies: holdsRules,
  check: (resource, evidence) => judgeWorld(judge, resource, evidence, { everything: true }),
}
