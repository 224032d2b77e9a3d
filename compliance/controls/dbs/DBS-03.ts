/** Production databases stand in two zones. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy('multi_az is true in production', 'set multi_az = true')

export const control: Control = {
  id: 'DBS-03',
  sources: ['terraform'],
  applies: ofType('aws_db_instance'),
  check: judgeZones,
}

function judgeZones(resource: Resource, evidence: Evidence): Verdict {
  const environment = environmentOf(resource, evidence)
  if (environment !== 'production') return judge.notApplicable(`it belongs to ${environment}`)
  if (attributeOf(resource, 'replicate_source_db') !== undefined) {
    return judge.notApplicable('it is a replica of another one')
  }
  return judgeValue(judge, resource, { path: 'multi_az', accepts: isTrue, absent: 'fail' })
}
