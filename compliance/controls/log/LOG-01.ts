/** The trail sees every region and every management event. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOf } from '../read/alerting.ts'
import { missingInAccount } from '../read/aws-account.ts'
import type { Answer } from '../read/certainty.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'is_multi_region_trail is true, logging and global events are on, and no selector leaves management events out',
  'set is_multi_region_trail = true and remove what turns events off',
)

export const control: Control = {
  id: 'LOG-01',
  sources: ['terraform'],
  page: {
    why: 'What happened in a region nobody uses is where an intruder works. One trail sees all of them, or it proves nothing.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudtrail" "main" {\n  name                  = "main"\n  s3_bucket_name        = "trail-of-campus"\n  is_multi_region_trail = true\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail-of-campus"\n}\n',
      },
    ],
  },
  applies: ofType('aws_cloudtrail'),
  check: judgeTrail,
  missing: (evidence) =>
    missingInAccount(evidence, judge.fail('resources of AWS, and no aws_cloudtrail is made')),
}

/** One trail that sees all is enough; others may be there for data events, or for a part. */
function judgeTrail(resource: Resource, evidence: Evidence): Verdict {
  const own = judgeAlone(resource)
  if (own.status === 'pass') return own
  const other = rightOne(resource, evidence)
  return other === undefined ? own : judge.notApplicable(`${other.address} sees all`)
}

const rightOne = oncePerRoot((of, evidence) =>
  inRoot(evidence, of, 'aws_cloudtrail').find((each) => judgeAlone(each).status === 'pass'),
)

function judgeAlone(resource: Resource): Verdict {
  const onByDefault = ['enable_logging', 'include_global_service_events']
  const verdicts = [
    switched(resource, 'is_multi_region_trail', 'fail'),
    ...onByDefault.map((path) => switched(resource, path, 'pass')),
    ...childrenOf(resource, 'event_selector').flatMap((path) => judgeSelector(resource, path)),
    ...judgeAdvanced(resource),
  ]
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}

function switched(resource: Resource, path: string, absent: 'pass' | 'fail'): Verdict {
  const verdict = judgeValue(judge, resource, { path, accepts: isTrue, absent })
  return verdict.status === 'fail' ? { ...verdict, mend: [{ set: path, to: true }] } : verdict
}

function judgeSelector(resource: Resource, path: string): Verdict[] {
  const management = attributeOf(resource, `${path}.include_management_events`)
  const kind = attributeOf(resource, `${path}.read_write_type`)
  const verdicts: Verdict[] = []
  if (management?.known === true && isFalse(management.value)) {
    verdicts.push(judge.fail('a selector leaves management events out', management))
  }
  if (kind?.known === true && kind.value !== 'All') {
    verdicts.push(judge.fail(`read_write_type is ${textOf(kind.value)}`, kind))
  }
  const excluded = attributeOf(resource, `${path}.exclude_management_event_sources`)
  if (childrenOf(resource, `${path}.exclude_management_event_sources`).length > 0) {
    verdicts.push(judge.fail('a selector leaves management events of some services out', excluded))
  }
  const hidden = [management, kind, excluded].find((attribute) => attribute?.known === false)
  if (hidden?.known === false) verdicts.push(judge.unknown(`event_selector ${hidden.why}`, hidden))
  return verdicts
}

/** Where there are advanced selectors, only what they select is recorded: one must take management events whole. */
function judgeAdvanced(resource: Resource): Verdict[] {
  const whole = attributeOf(resource, 'advanced_event_selector')
  if (whole === undefined) return []
  const selectors = childrenOf(resource, 'advanced_event_selector').map((path) => selects(resource, path))
  if (selectors.includes('yes')) return []
  if (selectors.includes('maybe') || (!whole.known && selectors.length === 0)) {
    return [judge.unknown('what its advanced selectors take is not known', whole)]
  }
  return [judge.fail('no advanced selector takes every management event', whole)]
}

function selects(resource: Resource, path: string): Answer {
  const fields = childrenOf(resource, `${path}.field_selector`)
  const names = fields.map((field) => attributeOf(resource, `${field}.field`))
  const category = fields.filter(
    (_, at) => textOf(names[at]?.known === true ? names[at].value : '') === 'eventCategory',
  )
  const values = category.flatMap((field) => textsOf(knownValueOf(resource, `${field}.equals`)))
  if (values.length > 0 && !values.includes('Management')) return 'no'
  const others = names.filter((name) => name?.known === true && name.value !== 'eventCategory')
  if (others.length > 0) return 'no'
  return values.includes('Management') && names.length === 1 ? 'yes' : 'maybe'
}
