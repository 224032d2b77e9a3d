/** The metadata service of a host answers only who has asked it for a token, and no further than the host. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'metadata_options.http_tokens is required and the hop limit is 1',
  'add metadata_options { http_tokens = "required" http_put_response_hop_limit = 1 }',
)
const options = 'metadata_options.0'

export const control: Control = {
  id: 'HST-01',
  sources: ['terraform'],
  applies: ofType('aws_instance', 'aws_launch_template', 'aws_launch_configuration'),
  check: judgeHost,
  page: {
    why: 'A service that can be made to fetch an address fetches the keys of its host from the metadata service; a token stops that.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "app" {\n  ami           = "ami-0123456789abcdef0"\n  instance_type = "t4g.small"\n\n  metadata_options {\n    http_tokens                 = "required"\n    http_put_response_hop_limit = 1\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "app" {\n  ami           = "ami-0123456789abcdef0"\n  instance_type = "t4g.small"\n}\n',
      },
    ],
  },
}

function judgeHost(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const endpoint = attributeOf(resource, `${options}.http_endpoint`)
  if (endpoint?.known === true && endpoint.value === 'disabled')
    return judge.pass('it has no metadata service', endpoint)
  const isTemplated =
    attributeOf(resource, 'launch_template') !== undefined &&
    attributeOf(resource, 'metadata_options') === undefined
  if (isTemplated && resource.type === 'aws_instance')
    return judge.notApplicable('its launch template decides')
  const tokens = `${options}.http_tokens`
  const hops = `${options}.http_put_response_hop_limit`
  const most = parameterOf('HST-01.hops', environmentOf(resource, evidence), evidence.parameters)
  return [
    // What the image or the account says counts where nobody wrote it, and both say optional by default.
    mended(
      judgeValue(judge, resource, { path: tokens, accepts: (value) => value === 'required', absent: 'fail' }),
      {
        set: tokens,
        to: 'required',
      },
    ),
    mended(
      judgeValue(judge, resource, { path: hops, accepts: (value) => Number(value) <= most, absent: 'pass' }),
      {
        set: hops,
        to: most,
      },
    ),
  ].map((verdict, at) => ({ ...verdict, part: at === 0 ? tokens : hops }))
}
