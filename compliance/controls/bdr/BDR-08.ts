/** No store is forgotten by the plan of backups. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { selectionsOf } from '../read/backup.ts'
import { unlessReplica } from '../read/replica.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a selection of AWS Backup takes it by its ARN or by a tag it has',
  'add it to the resources of an aws_backup_selection, or give it the tag the selection asks for',
)

const fileSystem = 'resource "aws_efs_file_system" "uploads" {\n  encrypted = true\n}\n'

export const control: Control = {
  id: 'BDR-08',
  page: {
    why: 'The store that was added last is the one without a backup. A selection by tag takes it in without anybody thinking of it.',
    good: [
      {
        file: 'main.tf',
        text: `${fileSystem}resource "aws_backup_selection" "all" {\n  name         = "all"\n  plan_id      = aws_backup_plan.main.id\n  iam_role_arn = aws_iam_role.backup.arn\n  resources    = [aws_efs_file_system.uploads.arn]\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: fileSystem }],
  },
  sources: ['terraform'],
  applies: ofType(
    'aws_efs_file_system',
    'aws_ebs_volume',
    'aws_db_instance',
    'aws_rds_cluster',
    'aws_dynamodb_table',
  ),
  check: (store, evidence) => unlessReplica(judge, store, () => judgeStore(store, evidence)),
}

function judgeStore(store: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(store, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const { certain, possible } = selectionsOf(store, evidence)
  const [selection] = certain
  if (selection !== undefined) return judge.pass(`${selection.address} takes it`)
  const [maybe] = possible
  return maybe === undefined
    ? judge.fail('no selection of AWS Backup takes it')
    : judge.unknown(`${maybe.address} may take it`, maybe.position)
}
