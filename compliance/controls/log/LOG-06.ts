/** What is configured in the account is recorded, all of it. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { missingInAccount } from '../read/aws-account.ts'
import { inRoot } from '../read/neighbours.ts'
import { attachedTo, ofType, refersTo } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'a recorder of AWS Config records all supported resources and is switched on',
  'set recording_group.all_supported = true and add an aws_config_configuration_recorder_status with is_enabled = true',
)

const recorder =
  'resource "aws_config_configuration_recorder" "main" {\n  name     = "main"\n  role_arn = "arn:aws:iam::111122223333:role/config"\n\n'

export const control: Control = {
  id: 'LOG-06',
  sources: ['terraform'],
  page: {
    why: 'Who asks what a security group allowed on a day last term needs a record of it. What is switched off that day is lost.',
    good: [
      {
        file: 'main.tf',
        text: `${recorder}  recording_group {\n    all_supported                 = true\n    include_global_resource_types = true\n  }\n}\n\nresource "aws_config_configuration_recorder_status" "main" {\n  name       = aws_config_configuration_recorder.main.name\n  is_enabled = true\n}\n`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: `${recorder}  recording_group {\n    all_supported  = false\n    resource_types = ["AWS::EC2::Instance"]\n  }\n}\n`,
      },
    ],
  },
  applies: ofType('aws_config_configuration_recorder'),
  check: judgeRecorder,
  missing: (evidence) =>
    missingInAccount(evidence, judge.fail('resources of AWS, and no recorder of AWS Config is made')),
}

function judgeRecorder(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const all = judgeValue(judge, resource, {
    path: 'recording_group.0.all_supported',
    accepts: isTrue,
    absent: 'pass',
  })
  const hasList = attributeOf(resource, 'recording_group.0.resource_types') !== undefined
  // A list of types and all of them exclude each other.
  const listed = hasList ? [{ remove: 'recording_group.0.resource_types' }] : []
  const mended: Verdict =
    all.status === 'fail'
      ? { ...all, mend: [{ set: 'recording_group.0.all_supported', to: true }, ...listed] }
      : all
  return [
    { ...mended, part: 'recording_group' },
    { ...judgeStatus(resource, evidence), part: 'status' },
  ]
}

function judgeStatus(resource: Resource, evidence: Evidence): Verdict {
  const [status] = statusesOf(resource, evidence)
  if (status === undefined) return judge.fail('no aws_config_configuration_recorder_status switches it on')
  return judgeValue(judge, status, { path: 'is_enabled', accepts: isTrue, absent: 'fail' })
}

/** The status that names the recorder. An account has one recorder in a region, so one recorder may have any status. */
function statusesOf(recorder: Resource, evidence: Evidence): readonly Resource[] {
  const type = 'aws_config_configuration_recorder_status'
  const { certain } = attachedTo(recorder, evidence, { type, path: 'name', name: 'name' })
  const referring = certain.filter((each) => refersTo(attributeOf(each, 'name'), recorder) === 'yes')
  if (referring.length > 0) return referring
  if (certain.length > 0) return certain
  if (inRoot(evidence, recorder, recorder.type).length > 1) return []
  return inRoot(evidence, recorder, type).filter((status) => !namesAnother(status, recorder))
}

function namesAnother(status: Resource, recorder: Resource): boolean {
  const [named, own] = [status, recorder].map((each) => knownValueOf(each, 'name'))
  return typeof named === 'string' && typeof own === 'string' && named !== own
}
