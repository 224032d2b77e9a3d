/** What waits in queues and topics is encrypted. */
import { attributeOf, type Json, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'kms_master_key_id names a key, or for a queue sqs_managed_sse_enabled is true',
  'set kms_master_key_id, or for a queue sqs_managed_sse_enabled = true',
)

const isQueue = ofType('aws_sqs_queue')
const key = 'kms_master_key_id'
const managed = 'sqs_managed_sse_enabled'

export const control: Control = {
  id: 'DAT-11',
  page: {
    why: 'Messages about people wait for minutes to days in a queue, on disks nobody looks at.',
    good: [
      { file: 'main.tf', text: 'resource "aws_sqs_queue" "mail" {\n  sqs_managed_sse_enabled = true\n}\n' },
      {
        file: 'topic.tf',
        text: 'resource "aws_sns_topic" "grades" {\n  kms_master_key_id = "alias/campus"\n}\n',
      },
    ],
    bad: [
      { file: 'main.tf', text: 'resource "aws_sqs_queue" "mail" {\n  sqs_managed_sse_enabled = false\n}\n' },
      { file: 'topic.tf', text: 'resource "aws_sns_topic" "grades" {\n  name = "grades"\n}\n' },
    ],
  },
  sources: ['terraform'],
  applies: ofType('aws_sqs_queue', 'aws_sns_topic'),
  check: (resource) => (isQueue(resource) ? judgeQueue(resource) : judgeKey(resource)),
}

function isText(value: Json): boolean {
  return typeof value === 'string' && value !== ''
}

/** A reference to a key is not known before it is made, and is one all the same. */
function judgeKey(resource: Resource): Verdict {
  const attribute = attributeOf(resource, key)
  if (attribute?.known === false && attribute.identity?.includes('aws_kms_') === true) {
    return judge.pass('it has a key', attribute)
  }
  const verdict = judgeValue(judge, resource, { path: key, accepts: isText, absent: 'fail' })
  // The key of the service needs no policy of ours; a better one is for people to choose.
  return isQueue(resource) ? verdict : mended(verdict, { set: key, to: 'alias/aws/sns' })
}

/** A queue that says nothing of encryption gets the keys of the service when it is made (since October 2022). */
function judgeQueue(queue: Resource): Verdict {
  const byKey = judgeKey(queue)
  if (byKey.status === 'pass') return byKey
  const byService = judgeSettingOf(judge, queue, { path: managed, accepts: isTrue, absent: 'pass', to: true })
  return byService.status === 'fail' && byKey.status === 'unknown' ? byKey : byService
}
