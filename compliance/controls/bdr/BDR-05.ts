/** What production keeps is also kept in another region. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { copies, isFollowed, plansOf, selectionsOf } from '../read/backup.ts'
import { bestOf, type Answer } from '../read/certainty.ts'
import { isHarmlessLabel, labelOf } from '../read/classification.ts'
import { isElsewhere, regionOf } from '../read/region.ts'
import { isSet, unlessReplica } from '../read/replica.ts'
import { attachedTo, environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
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
    if (isPlan(resource)) return judgePlan(resource, evidence)
    if (isBucket(resource)) return judgeBucket(resource, evidence)
    return unlessReplica(judge, resource, () =>
      isGoogle(resource) ? judgeGoogle(resource, evidence) : judgeDatabase(resource, evidence),
    )
  },
}

function judgePlan(plan: Resource, evidence: Evidence): Verdict {
  const rules = attributeOf(plan, 'rule')
  const isHidden = rules?.known === false && childrenOf(plan, 'rule').length === 0
  const answer = isHidden ? 'maybe' : copies(plan, evidence)
  if (answer === 'yes') return judge.pass('it copies what it keeps to another region')
  return answer === 'maybe'
    ? judge.unknown('where it copies to is not known', rules)
    : judge.fail('no rule has a copy_action to another region')
}

function judgeDatabase(database: Resource, evidence: Evidence): Verdict {
  const global = isSet(database, 'global_cluster_identifier')
  if (global === 'yes') return judge.pass('it is part of a global cluster')
  // What it copies to is always in another region.
  const replicated = isFollowed(database, evidence, {
    type: 'aws_db_instance_automated_backups_replication',
    path: 'source_db_instance_arn',
  })
  return answered(
    bestOf([global, replicated, byPlan(database, evidence)]),
    'its backups stay in their region',
  )
}

function byPlan(store: Resource, evidence: Evidence): Answer {
  const { certain, possible } = selectionsOf(store, evidence)
  const sure = bestOf(certain.flatMap((each) => planned(each, evidence)))
  if (sure === 'yes') return 'yes'
  const perhaps = possible.some((each) => planned(each, evidence).some((answer) => answer !== 'no'))
  return perhaps ? 'maybe' : sure
}

function planned(selection: Resource, evidence: Evidence): readonly Answer[] {
  return plansOf(selection, evidence).map((plan) => copies(plan, evidence))
}

function judgeBucket(bucket: Resource, evidence: Evidence): Verdict {
  const { text } = labelOf(bucket, evidence)
  if (text !== undefined && isHarmlessLabel(text)) return judge.notApplicable(`it is labelled ${text}`)
  const to = (type: string, path: string) => isFollowed(bucket, evidence, { type, path, name: 'bucket' })
  const type = 'aws_s3_bucket_replication_configuration'
  if (to(type, 'rule.0.destination.0.bucket') === 'yes')
    return judge.notApplicable('it is the copy of another one')
  if (to('aws_s3_bucket_logging', 'target_bucket') === 'yes') {
    return judge.notApplicable('it takes the access logs of others')
  }
  const own = replicates({ holder: bucket, rules: 'replication_configuration.0.rules' }, bucket, evidence)
  const { certain, possible } = attachedTo(bucket, evidence, { type, path: 'bucket', name: 'bucket' })
  const direct = certain.map((holder) => replicates({ holder, rules: 'rule' }, bucket, evidence))
  const doubt = possible.length > 0 ? ['maybe' as const] : []
  return answered(
    bestOf([own, ...direct, ...doubt, byPlan(bucket, evidence)]),
    'nothing copies it to another region',
  )
}

/** Tells whether a rule that is on copies a bucket to one of another region. */
function replicates(
  { holder, rules }: { readonly holder: Resource; readonly rules: string },
  bucket: Resource,
  evidence: Evidence,
): Answer {
  const each = childrenOf(holder, rules)
  if (each.length === 0) return attributeOf(holder, rules)?.known === false ? 'maybe' : 'no'
  return bestOf(
    each.map((rule): Answer => {
      const status = attributeOf(holder, `${rule}.status`)
      if (status?.known === true && status.value !== 'Enabled') return 'no'
      const answer = isElsewhere(attributeOf(holder, `${rule}.destination.0.bucket`), bucket, evidence)
      return answer === 'yes' && status?.known !== true ? 'maybe' : answer
    }),
  )
}

function answered(answer: Answer, otherwise: string): Verdict {
  if (answer === 'yes') return judge.pass('it is copied to another region')
  return answer === 'maybe'
    ? judge.unknown('whether it is copied to another region is not known')
    : judge.fail(otherwise)
}

/** Parts of the world, which hold more than one region. */
const multiRegions: ReadonlySet<string> = new Set(['us', 'eu', 'asia'])

/** Without a location Google keeps backups in the multi-region that is closest. */
function judgeGoogle(instance: Resource, evidence: Evidence): readonly Verdict[] {
  const path = 'settings.0.backup_configuration.0'
  const enabled = judgeValue(judge, instance, { path: `${path}.enabled`, accepts: isTrue, absent: 'fail' })
  const location = attributeOf(instance, `${path}.location`)
  const region = regionOf(instance, evidence)
  if (location?.known === true && region === undefined && !multiRegions.has(textOf(location.value))) {
    return [enabled, judge.unknown('in which region it runs is not known', location)]
  }
  return [
    enabled,
    judgeValue(judge, instance, {
      path: `${path}.location`,
      accepts: (value) => value !== region,
      absent: 'pass',
    }),
  ]
}
