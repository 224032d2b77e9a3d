/** The trail sees every region and every management event. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
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
  missing: judgeAbsence,
}

/** An account in which something is made needs a trail, wherever the other resources of a trail stand. */
function judgeAbsence({ resources }: Evidence): ReturnType<NonNullable<Control['missing']>> {
  const [first] = resources
    .filter(
      (resource) => resource.kind === 'terraform' && resource.type.startsWith('aws_') && isMade(resource),
    )
    .sort(byPlace)
  return first === undefined
    ? undefined
    : { resource: first, verdict: judge.fail('resources of AWS, and no aws_cloudtrail is made') }
}

function byPlace({ position: left }: Resource, { position: right }: Resource): number {
  if (left.file === right.file) return left.startLine - right.startLine
  return left.file < right.file ? -1 : 1
}

function isMade(resource: Resource): boolean {
  const count = attributeOf(resource, 'count')
  return count?.known !== true || Number(count.value) !== 0
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
