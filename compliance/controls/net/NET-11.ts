/** What flows through every network is recorded. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { hasBlock } from '../read/block.ts'
import { mended } from '../read/mend.ts'
import { referrersOf } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a flow log is attached to the VPC, or to each of its subnets; log_config is set for subnetworks of Google',
  'add aws_flow_log with vpc_id, or a log_config block',
)

const vpc = 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'

export const control: Control = {
  id: 'NET-11',
  sources: ['terraform'],
  page: {
    why: 'Without a record of who talked to whom nobody can say after an incident what was reached, and what was carried out.',
    good: [
      {
        file: 'main.tf',
        text: `${vpc}\nresource "aws_flow_log" "main" {\n  vpc_id          = aws_vpc.main.id\n  traffic_type    = "ALL"\n  log_destination = "arn:aws:s3:::flow-logs"\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: vpc }],
  },
  applies: ofType('aws_vpc', 'aws_default_vpc', 'google_compute_subnetwork'),
  check: (resource, evidence) => {
    const hidden = attributeOf(resource, '')
    if (hidden?.known === false) return judge.unknown(hidden.why)
    return resource.type === 'google_compute_subnetwork'
      ? judgeSubnetwork(resource)
      : judgeNetwork(resource, evidence)
  },
}

function judgeNetwork(resource: Resource, evidence: Evidence): Verdict {
  const logs = referrersOf(resource, evidence, { type: 'aws_flow_log', path: 'vpc_id' })
  const [log] = logs.certain
  if (log !== undefined) return judge.pass(`${log.address} records it`, log.position)
  const subnets = referrersOf(resource, evidence, { type: 'aws_subnet', path: 'vpc_id' }).certain
  const own = subnets.map((subnet) =>
    referrersOf(subnet, evidence, { type: 'aws_flow_log', path: 'subnet_id' }),
  )
  if (own.length > 0 && own.every(({ certain }) => certain.length > 0))
    return judge.pass('each of its subnets is recorded')
  const possible = [...logs.possible, ...own.flatMap((each) => each.possible)].at(0)
  return possible === undefined
    ? judge.fail('no flow log is for it')
    : judge.unknown(`${possible.address} may be for it`, possible.position)
}

/** Subnetworks that belong to proxies of Google carry no flow logs. */
const proxies = /^(REGIONAL_MANAGED_PROXY|GLOBAL_MANAGED_PROXY|INTERNAL_HTTPS_LOAD_BALANCER)$/

function judgeSubnetwork(resource: Resource): Verdict {
  const purpose = textOf(knownValueOf(resource, 'purpose'))
  if (proxies.test(purpose)) return judge.notApplicable(`its purpose is ${purpose}`)
  const has = hasBlock(resource, 'log_config')
  const config = attributeOf(resource, 'log_config')
  if (has === 'yes') return judge.pass('log_config is set', config)
  if (has === 'unknown') return judge.unknown('log_config may be there', config)
  return mended(judge.fail('log_config is not set'), {
    set: 'log_config.0.metadata',
    to: 'INCLUDE_ALL_METADATA',
  })
}
