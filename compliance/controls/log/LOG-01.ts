/** The trail sees every region and every management event. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
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
  applies: ofType('aws_cloudtrail'),
  check: judgeTrail,
}

function judgeTrail(resource: Resource): Verdict {
  const onByDefault = ['enable_logging', 'include_global_service_events']
  const verdicts = [
    judgeValue(judge, resource, { path: 'is_multi_region_trail', accepts: isTrue, absent: 'fail' }),
    ...onByDefault.map((path) => judgeValue(judge, resource, { path, accepts: isTrue, absent: 'pass' })),
    ...childrenOf(resource, 'event_selector').flatMap((path) => judgeSelector(resource, path)),
  ]
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
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
