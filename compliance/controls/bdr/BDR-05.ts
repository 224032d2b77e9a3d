/** What production keeps is also kept in another region. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { copies, isFollowed, plansOf, selectionsOf, type Answer } from '../read/backup.ts'
import { isHarmlessLabel, labelOf } from '../read/classification.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'in production, backups or objects are copied to another region',
  'add a copy_action to the backup plan, aws_db_instance_automated_backups_replication, or replication of the bucket',
)

const isBucket = ofType('aws_s3_bucket')
const isPlan = ofType('aws_backup_plan')
const isGoogle = ofType('google_sql_database_instance')
const database = 'resource "aws_db_instance" "main" {\n  engine = "postgres"\n}\n'

export const control: Control = {
  id: 'BDR-05',
  page: {
    why: 'A region can be gone for days, and an account can be lost whole. A copy far away is what is left then.',
    good: [
      {
        file: 'main.tf',
        text: `${database}resource "aws_db_instance_automated_backups_replication" "main" {\n  source_db_instance_arn = aws_db_instance.main.arn\n  retention_period       = 30\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: database }],
  },
  sources: ['terraform'],
  applies: (resource) =>
    isBucket(resource) ||
    isPlan(resource) ||
    isGoogle(resource) ||
    ofType('aws_db_instance', 'aws_rds_cluster')(resource),
  check: (resource, evidence) => {
    const environment = environmentOf(resource, evidence)
    if (environment !== 'production') return judge.notApplicable(`it belongs to ${environment}`)
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    if (isPlan(resource)) return judgePlan(resource)
    if (isGoogle(resource)) return judgeGoogle(resource)
    return isBucket(resource) ? judgeBucket(resource, evidence) : judgeDatabase(resource, evidence)
  },
}

function judgePlan(plan: Resource): Verdict {
  if (copies(plan)) return judge.pass('it copies what it keeps')
  const rules = attributeOf(plan, 'rule')
  return rules?.known === false && childrenOf(plan, 'rule').length === 0
    ? judge.unknown(`rule ${rules.why}`, rules)
    : judge.fail('no rule has a copy_action')
}

function judgeDatabase(database: Resource, evidence: Evidence): Verdict {
  if (attributeOf(database, 'replicate_source_db') !== undefined)
    return judge.notApplicable('it is a replica')
  if (attributeOf(database, 'global_cluster_identifier') !== undefined) {
    return judge.pass('it is part of a global cluster')
  }
  const replicated = isFollowed(database, evidence, {
    type: 'aws_db_instance_automated_backups_replication',
    path: 'source_db_instance_arn',
  })
  return answered(replicated, byPlan(database, evidence), 'its backups stay in their region')
}

function byPlan(store: Resource, evidence: Evidence): Answer {
  const { certain, possible } = selectionsOf(store, evidence)
  const isCopied = (selection: Resource): boolean => plansOf(selection, evidence).some(copies)
  if (certain.some(isCopied)) return 'yes'
  return possible.some(isCopied) ? 'maybe' : 'no'
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const { text } = labelOf(bucket, evidence)
  if (text !== undefined && isHarmlessLabel(text)) return judge.notApplicable(`it is labelled ${text}`)
  if (attributeOf(bucket, 'replication_configuration') !== undefined) return judge.pass('it is replicated')
  const to = (type: string, path: string) => isFollowed(bucket, evidence, { type, path, name: 'bucket' })
  const type = 'aws_s3_bucket_replication_configuration'
  if (to(type, 'rule.0.destination.0.bucket') === 'yes')
    return judge.notApplicable('it is the copy of another one')
  if (to('aws_s3_bucket_logging', 'target_bucket') === 'yes') {
    return judge.notApplicable('it takes the access logs of others')
  }
  return answered(to(type, 'bucket'), byPlan(bucket, evidence), 'nothing copies it to another region')
}

function answered(direct: Answer, planned: Answer, otherwise: string): Verdict {
  if (direct === 'yes' || planned === 'yes') return judge.pass('it is copied to another region')
  return direct === 'maybe' || planned === 'maybe'
    ? judge.unknown('something that is not known may copy it')
    : judge.fail(otherwise)
}

/** Without a location Google keeps backups in the multi-region that is closest. */
function judgeGoogle(instance: Resource): Verdict {
  if (attributeOf(instance, 'master_instance_name') !== undefined)
    return judge.notApplicable('it is a replica')
  const path = 'settings.0.backup_configuration.0'
  if (attributeOf(instance, path) === undefined) return judge.fail('it has no backups')
  const region = textOf(knownValueOf(instance, 'region'))
  return judgeValue(judge, instance, {
    path: `${path}.location`,
    accepts: (value) => value !== region,
    absent: 'pass',
  })
}
