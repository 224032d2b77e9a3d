/** Virtual machines of tenants have no public address. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { hasBlock } from '../read/block.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no network interface has an access_config',
  'remove access_config; reach the machine through a load balancer, an identity-aware proxy or a NAT gateway',
)

const machine = (line: string) =>
  `resource "google_compute_instance" "tenant" {\n  network_interface {\n    network = "default"\n${line}  }\n}\n`

export const control: Control = {
  id: 'NET-09',
  sources: ['terraform'],
  page: {
    why: 'A machine with an address of its own is found by scanners within minutes, past every load balancer and firewall for web requests.',
    good: [{ file: 'main.tf', text: machine('') }],
    bad: [{ file: 'main.tf', text: machine('\n    access_config {\n    }\n') }],
  },
  applies: ofType('google_compute_instance', 'google_compute_instance_from_template'),
  check: judgeMachine,
}

function judgeMachine(resource: Resource): readonly Verdict[] {
  const paths = childrenOf(resource, 'network_interface')
  const whole = attributeOf(resource, 'network_interface')
  if (paths.length === 0) {
    return [
      whole === undefined
        ? judge.unknown('network_interface is not set')
        : judge.unknown(`network_interface ${whole.known ? 'is empty' : whole.why}`, whole),
    ]
  }
  return paths.map((path): Verdict => {
    if (path.endsWith('.*')) return { ...judge.unknown('some interfaces are not known'), part: path }
    return { ...judgeInterface(resource, path), part: path }
  })
}

function judgeInterface(resource: Resource, path: string): Verdict {
  const blocks = ['access_config', 'ipv6_access_config'].map((name) => `${path}.${name}`)
  for (const block of blocks) {
    const has = hasBlock(resource, block)
    const found = attributeOf(resource, block)
    if (has === 'yes')
      return mended(judge.fail(`${block} gives it a public address`, found), { remove: block })
    if (has === 'unknown') return judge.unknown(`${block} may be there`, found)
  }
  return judge.pass('it has no public address')
}
