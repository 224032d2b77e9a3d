/** No queue and no topic is given to everybody. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { judgePolicyFor } from '../read/lets-in.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no statement allows everybody, but under a condition that names a source or an account',
  'name the principals, or add a condition on aws:SourceArn or aws:SourceAccount',
)

const policy = (principal: string) => ({
  file: 'main.tf',
  text: `resource "aws_sqs_queue_policy" "mail" {
  queue_url = aws_sqs_queue.mail.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = ${principal}, Action = "sqs:SendMessage", Resource = "*" }]
  })
}
`,
})

const isPolicy = ofType('aws_sqs_queue_policy', 'aws_sns_topic_policy')
const isHolder = ofType('aws_sqs_queue', 'aws_sns_topic')

export const control: Control = {
  id: 'DAT-12',
  page: {
    why: 'A queue that takes messages from everybody lets strangers give orders to the services behind it, or read what is in it.',
    good: [policy('{ AWS = "arn:aws:iam::111122223333:role/mailer" }')],
    bad: [policy('"*"')],
  },
  sources: ['terraform'],
  applies: (resource) =>
    isPolicy(resource) || (isHolder(resource) && attributeOf(resource, 'policy') !== undefined),
  check: (resource, evidence) => judgePolicyFor(judge, resource, evidence),
}
