/** A backup that failed wakes somebody before the next one is due. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOfRule } from '../read/alert.ts'
import { alertControl, isAlert, metricsOf, whyAbove } from '../read/alerting.ts'
import type { Answer } from '../read/certainty.ts'
import { eventRulesOf } from '../read/event-rules.ts'
import { firstMade } from '../read/made.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const expected =
  'failures of the vault are sent to a topic, or an alert fires before two intervals have passed without a good backup'
const fix =
  'add aws_backup_vault_notifications with BACKUP_JOB_FAILED, or an alert on the age of the last good backup'
const judge = judgeBy(expected, fix)

const isVault = ofType('aws_backup_vault')
const vault = 'resource "aws_backup_vault" "main" {\n  name = "campus"\n}\n'

const mostOf = (evidence: Evidence): number =>
  parameterOf('BDR-10.seconds', 'production', evidence.parameters)
const backup = /backup|pgbackrest|velero|restic|barman|wal_?g/i

/** Series that say when a backup last went well. */
function isAge(metric: string): boolean {
  return backup.test(metric) && /last|success|complet|timestamp|(?:^|_)age(?:_|$)/i.test(metric)
}

/** Series that say that one went wrong; one that never began is not among them. */
function isFailure(metric: string): boolean {
  return backup.test(metric) && /fail|error/i.test(metric)
}

const alerts = alertControl({
  id: 'BDR-10',
  about: 'the age of the last good backup',
  expected,
  fix,
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
  concerns: ({ metrics }) => metrics.some(isAge),
  isUnclear: (alert) => metricsOf(alert).some((metric) => isAge(metric) || isFailure(metric)),
  whyWrong: (compared, _, evidence) => whyAbove(compared, mostOf(evidence)),
  withinSeconds: (_, evidence) => mostOf(evidence),
  severities: 'none-needed',
})

export const control: Control = {
  ...alerts,
  sources: ['terraform', 'prometheus'],
  applies: (resource) => isVault(resource) || alerts.applies(resource),
  check: (resource, evidence) =>
    isVault(resource) ? judgeVault(resource, evidence) : alerts.check(resource, evidence),
  missing: (evidence) => {
    const resource = firstMade(evidence, (each) => isAlert(each) && /\bpg_|postgres/i.test(textsOfRule(each)))
    return resource === undefined
      ? undefined
      : { resource, verdict: judge.fail('alerts watch a database, and none its backups') }
  },
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
  const rules = eventRulesOf(vault, evidence).map(({ rule, isHeard }) => ({
    rule,
    answers: [isHeard, matchesFailures(rule)],
  }))
  if (certain.some(tells) || rules.some(({ answers }) => answers.every((each) => each === 'yes'))) {
    return judge.pass('failures are sent on')
  }
  const open = rules.find(({ answers }) => !answers.includes('no'))?.rule
  const hidden = certain.find((each) => attributeOf(each, path)?.known === false) ?? possible[0] ?? open
  if (hidden !== undefined) return judge.unknown(`${hidden.address} may send failures on`, hidden.position)
  const whole = attributeOf(vault, '')
  return whole?.known === false ? judge.unknown(whole.why) : judge.fail('nobody is told of failures')
}

/** Tells whether a rule of EventBridge matches jobs of AWS Backup that did not end well; without a state, all do. */
function matchesFailures(rule: Resource): Answer {
  const pattern = attributeOf(rule, 'event_pattern')
  if (pattern === undefined) return 'no'
  if (!pattern.known) return partlyMatches(rule)
  const text = typeof pattern.value === 'string' ? pattern.value : JSON.stringify(pattern.value)
  return text.includes('aws.backup') && (!/"state"/.test(text) || failures.test(text)) ? 'yes' : 'no'
}

const failures = /FAILED|ABORTED|EXPIRED/

/** Of a pattern that is not known as a whole, what is known counts. */
function partlyMatches(rule: Resource): Answer {
  const source = has(rule, 'event_pattern.source', /^aws\.backup$/) ?? 'no'
  const state = has(rule, 'event_pattern.detail.state', failures) ?? 'yes'
  if (source === 'no' || state === 'no') return 'no'
  return source === 'yes' && state === 'yes' ? 'yes' : 'maybe'
}

/** Looks for a text in a list; undefined where there is no list. */
function has(rule: Resource, path: string, text: RegExp): Answer | undefined {
  const list = attributeOf(rule, path)
  if (list === undefined) return undefined
  const texts = childrenOf(rule, path).map((each) => knownValueOf(rule, each))
  if (texts.some((each) => text.test(textOf(each)))) return 'yes'
  return list.known ? 'no' : 'maybe'
}
