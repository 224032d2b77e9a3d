/** Secrets lie under a key whose use the house itself allows and can see. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy('kms_key_id names a key of the house', 'set kms_key_id to an aws_kms_key of your own')

export const control: Control = {
  id: 'SEC-06',
  sources: ['terraform'],
  page: {
    why: 'Under the key of the service whoever may read secrets can open all of them; a key of the house can say no.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_kms_key" "secrets" {}\nresource "aws_secretsmanager_secret" "database" {\n  kms_key_id = aws_kms_key.secrets.arn\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_secretsmanager_secret" "database" {\n  kms_key_id = "alias/aws/secretsmanager"\n}\n',
      },
    ],
  },
  applies: ofType('aws_secretsmanager_secret'),
  check: judgeKey,
}

function judgeKey(resource: Resource): Verdict {
  const key = attributeOf(resource, 'kms_key_id')
  if (key === undefined || (key.known && key.value === null)) return judge.fail('kms_key_id is not set', key)
  if (key.known) {
    return textOf(key.value) === '' || /(?:^|[:/])alias\/aws\//.test(textOf(key.value))
      ? judge.fail('kms_key_id is the key of the service', key)
      : judge.pass('kms_key_id names a key', key)
  }
  // A key that this Terraform makes has no other owner.
  return /^(?:\$\{)?(?:module\.[\w-]+\.)*aws_kms_(?:key|replica_key|alias)\.[\w.[\]"-]{1,200}\}?$/.test(
    key.identity ?? key.expression ?? '',
  )
    ? judge.pass('a key that is made here', key)
    : judge.unknown(`kms_key_id ${key.why}`, key)
}
