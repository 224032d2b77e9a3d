/** A backup that failed wakes somebody before the next one is due. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert, judgeThreshold, textsOfRule } from '../read/alert.ts'
import { firstMade } from '../read/made.ts'
import { inRoot } from '../read/neighbours.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'failures of the vault are sent to a topic, or an alert fires before two intervals have passed without a good backup',
  'add aws_backup_vault_notifications with BACKUP_JOB_FAILED, or an alert on the age of the last good backup',
)

const isVault = ofType('aws_backup_vault')
const vault = 'resource "aws_backup_vault" "main" {\n  name = "campus"\n}\n'

export const control: Control = {
  id: 'BDR-10',
  page: {
    why: 'Backups stop silently: a password expires, a disk is full. Nobody looks until the day one is needed.',
    good: [
      {
        file: 'main.tf',
        text: `${vault}resource "aws_backup_vault_notifications" "main" {\n  backup_vault_name   = aws_backup_vault.main.name\n  sns_topic_arn       = "arn:aws:sns:us-east-1:111122223333:operations"\n  backup_vault_events = ["BACKUP_JOB_FAILED"]\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: vault }],
  },
  sources: ['terraform', 'prometheus'],
  applies: (resource) => isVault(resource) || isBackupAlert(resource),
  check: (resource, evidence) =>
    isVault(resource)
      ? judgeVault(resource, evidence)
      : judgeThreshold(judge, resource, parameterOf('BDR-10.seconds', 'production', evidence.parameters)),
  missing: (evidence) => {
    const resource = firstMade(evidence, (each) => isAlert(each) && /\bpg_|postgres/i.test(textsOfRule(each)))
    return resource === undefined
      ? undefined
      : { resource, verdict: judge.fail('alerts watch a database, and none its backups') }
  },
}

function isBackupAlert(resource: Resource): boolean {
  return isAlert(resource) && /backup/i.test(textsOfRule(resource))
}

/** Events that say that a job did not end well; the end of every job says it too. */
const events = /^BACKUP_JOB_(FAILED|EXPIRED|COMPLETED)$/

function judgeVault(vault: Resource, evidence: Evidence): Verdict {
  const { certain, possible } = attachedTo(vault, evidence, {
    type: 'aws_backup_vault_notifications',
    path: 'backup_vault_name',
    name: 'name',
  })
  const path = 'backup_vault_events'
  const tells = (each: Resource): boolean =>
    childrenOf(each, path).some((event) => events.test(textOf(knownValueOf(each, event))))
  if (certain.some(tells) || inRoot(evidence, vault, 'aws_cloudwatch_event_rule').some(isFailureRule)) {
    return judge.pass('failures are sent on')
  }
  const hidden = certain.find((each) => attributeOf(each, path)?.known === false) ?? possible[0]
  if (hidden !== undefined) return judge.unknown(`${hidden.address} may send failures on`, hidden.position)
  const whole = attributeOf(vault, '')
  return whole?.known === false ? judge.unknown(whole.why) : judge.fail('nobody is told of failures')
}

/** A rule of EventBridge for jobs of AWS Backup. */
function isFailureRule(rule: Resource): boolean {
  const source = knownValueOf(rule, 'event_pattern.source.0')
  const whole = textOf(knownValueOf(rule, 'event_pattern'))
  const isBackup = source === 'aws.backup' || whole.includes('aws.backup')
  return isBackup && /FAILED|ABORTED|EXPIRED/.test(whole === '' ? '' : whole)
}
