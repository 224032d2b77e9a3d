/** Somebody looks regularly for personal data where it should not be. */
import type { Evidence, Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { firstMade } from '../read/made.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'Macie is enabled with a classification job that is scheduled, or Google Cloud has a trigger for inspection',
  'add aws_macie2_account and an aws_macie2_classification_job with job_type = "SCHEDULED"',
)

const job = 'aws_macie2_classification_job'
const isAccount = ofType('aws_macie2_account')
const isTrigger = ofType('google_data_loss_prevention_job_trigger')
const bucket = 'resource "aws_s3_bucket" "records" {\n  bucket = "campus-records"\n}\n'

export const control: Control = {
  id: 'DAT-15',
  page: {
    why: 'Exports of student data land in buckets nobody labelled. A scheduled search finds them before somebody else does.',
    good: [
      {
        file: 'main.tf',
        text: `${bucket}resource "aws_macie2_account" "main" {}\nresource "aws_macie2_classification_job" "weekly" {\n  job_type = "SCHEDULED"\n  schedule_frequency {\n    weekly_schedule = "MONDAY"\n  }\n}\n`,
      },
    ],
    bad: [{ file: 'main.tf', text: bucket }],
  },
  sources: ['terraform'],
  applies: ofType('aws_macie2_account', job, 'google_data_loss_prevention_job_trigger'),
  check: judgeSearch,
  missing: (evidence) => {
    const resource = firstMade(evidence, ofType('aws_s3_bucket', 'google_storage_bucket'))
    return resource === undefined
      ? undefined
      : { resource, verdict: judge.fail('there are buckets, and nothing searches them') }
  },
}

function judgeSearch(resource: Resource, evidence: Evidence): Verdict {
  if (isAccount(resource)) return judgeAccount(resource, evidence)
  if (isTrigger(resource)) {
    return judgeSettingOf(judge, resource, {
      path: 'status',
      accepts: (value) => value === 'HEALTHY',
      absent: 'pass',
      to: 'HEALTHY',
    })
  }
  return judgeJob(resource)
}

function judgeJob(resource: Resource): Verdict {
  const isScheduled = judgeValue(judge, resource, {
    path: 'job_type',
    accepts: (value) => value === 'SCHEDULED',
    absent: 'fail',
  })
  if (isScheduled.status === 'fail') return judge.notApplicable('it runs once')
  const isRunning = judgeValue(judge, resource, {
    path: 'job_status',
    accepts: (value) => value === 'RUNNING' || value === 'IDLE',
    absent: 'pass',
  })
  return worstOf([isScheduled, isRunning], isScheduled)
}

function judgeAccount(account: Resource, evidence: Evidence): Verdict {
  const enabled = judgeSettingOf(judge, account, {
    path: 'status',
    accepts: (value) => value === 'ENABLED',
    absent: 'pass',
    to: 'ENABLED',
  })
  if (enabled.status !== 'pass') return enabled
  const jobs = inRoot(evidence, account, job).map(judgeJob)
  if (jobs.some(({ status }) => status === 'pass')) return judge.pass('enabled, with a scheduled job')
  return jobs.find(({ status }) => status === 'unknown') ?? judge.fail('no classification job is scheduled')
}
