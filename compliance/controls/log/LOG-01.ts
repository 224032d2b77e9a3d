/** The trail sees every region and every management event. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAccount } from '../read/aws-account.ts'
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

function judgeTrail(resource: Resource): Verdict {
  const onByDefault = ['enable_logging', 'include_global_service_events']
  const verdicts = [
    switched(resource, 'is_multi_region_trail', 'fail'),
    ...onByDefault.map((path) => switched(resource, path, 'pass')),
    ...childrenOf(resource, 'event_selector').flatMap((path) => judgeSelector(resource, path)),
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
  const hidden = [management, kind].find((attribute) => attribute?.known === false)
  if (hidden?.known === false) verdicts.push(judge.unknown(`event_selector ${hidden.why}`, hidden))
  return verdicts
}
