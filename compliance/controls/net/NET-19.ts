/** Public zones are signed, and what is asked of them is recorded. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { hasBlock } from '../read/block.ts'
import { mended } from '../read/mend.ts'
import { referrersOf } from '../read/network.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'DNSSEC is on and queries are logged',
  'add aws_route53_key_signing_key, aws_route53_hosted_zone_dnssec and aws_route53_query_log; dnssec_config of Google',
)

const isGoogle = ofType('google_dns_managed_zone')
const zone = (state: string) =>
  `resource "google_dns_managed_zone" "campus" {\n  name     = "campus"\n  dns_name = "campus.example."\n\n  dnssec_config {\n    state = "${state}"\n  }\n}\n`

export const control: Control = {
  id: 'NET-19',
  sources: ['terraform'],
  page: {
    why: 'An unsigned name can be answered by somebody else, and without a record nobody sees that it was.',
    good: [{ file: 'main.tf', text: zone('on') }],
    bad: [{ file: 'main.tf', text: zone('off') }],
  },
  applies: ofType('aws_route53_zone', 'google_dns_managed_zone'),
  check: (resource, evidence) => {
    const hidden = attributeOf(resource, '')
    if (hidden?.known === false) return judge.unknown(hidden.why)
    return isGoogle(resource) ? judgeManaged(resource) : judgeZone(resource, evidence)
  },
}

function judgeManaged(resource: Resource): Verdict {
  const visibility = attributeOf(resource, 'visibility')
  if (visibility?.known === false) return judge.unknown(`visibility ${visibility.why}`, visibility)
  if (visibility?.value === 'private') return judge.notApplicable('it is private', visibility)
  const path = 'dnssec_config.0.state'
  const state = attributeOf(resource, path)
  if (state?.known === false) return judge.unknown(`${path} ${state.why}`, state)
  return state?.value === 'on'
    ? judge.pass('it is signed', state)
    : mended(judge.fail('it is not signed', state), { set: path, to: 'on' })
}

function judgeZone(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const isPrivate = hasBlock(resource, 'vpc')
  const vpc = attributeOf(resource, 'vpc')
  if (isPrivate === 'yes') return judge.notApplicable('it is private', vpc)
  if (isPrivate === 'unknown') return judge.unknown('whether it is private is not known', vpc)
  const attached = (type: string, path: string) => referrersOf(resource, evidence, { type, path })
  const keys = attached('aws_route53_key_signing_key', 'hosted_zone_id')
  const signed = attached('aws_route53_hosted_zone_dnssec', 'hosted_zone_id')
  const logs = attached('aws_route53_query_log', 'zone_id')
  const signing = signed.certain.find((each) => knownValueOf(each, 'signing_status') !== 'NOT_SIGNING')
  const isSigned = keys.certain.length > 0 && signing !== undefined
  const mayBe = [...keys.possible, ...signed.possible].at(0)
  const dnssec = isSigned
    ? judge.pass('it is signed', signing.position)
    : mayBe === undefined
      ? judge.fail('it is not signed')
      : judge.unknown(`${mayBe.address} may be for it`)
  return [
    { ...dnssec, part: 'dnssec' },
    { ...judgeLog(logs), part: 'query_log' },
  ]
}

function judgeLog({ certain, possible }: ReturnType<typeof referrersOf>): Verdict {
  if (certain[0] !== undefined) return judge.pass(`${certain[0].address} records what is asked`)
  return possible[0] === undefined
    ? judge.fail('what is asked is not recorded')
    : judge.unknown(`${possible[0].address} may be for it`)
}
