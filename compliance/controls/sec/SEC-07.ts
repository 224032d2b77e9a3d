/** Keys of the key service are turned over: at AWS every year, at Google after the days that are asked for. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { givenAt } from '../read/given.ts'
import { mended } from '../read/mend.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the key is turned over by itself: every year at AWS, within 90 days at Google',
  'set enable_key_rotation = true, or rotation_period = "7776000s"',
)
const isGoogle = ofType('google_kms_crypto_key')

export const control: Control = {
  id: 'SEC-07',
  sources: ['terraform'],
  page: {
    why: 'What one key protects is what one lost key opens; turning keys over keeps that small.',
    good: [{ file: 'main.tf', text: 'resource "aws_kms_key" "data" {\n  enable_key_rotation = true\n}\n' }],
    bad: [{ file: 'main.tf', text: 'resource "aws_kms_key" "data" {\n  enable_key_rotation = false\n}\n' }],
  },
  applies: ofType('aws_kms_key', 'google_kms_crypto_key'),
  check: (resource, evidence) => (isGoogle(resource) ? judgeGoogle(resource, evidence) : judgeAws(resource)),
}

function judgeAws(resource: Resource): Verdict | readonly Verdict[] {
  const kinds = [
    ['key_usage', 'ENCRYPT_DECRYPT'],
    ['customer_master_key_spec', 'SYMMETRIC_DEFAULT'],
    ['key_spec', 'SYMMETRIC_DEFAULT'],
  ] as const
  const given = kinds.map(([path, turns]) => ({ path, turns, attribute: givenAt(resource, path) }))
  const other = given.find(({ turns, attribute }) => attribute?.known === true && attribute.value !== turns)
  if (other !== undefined)
    return judge.notApplicable('only symmetric keys for encryption can be turned over', other.attribute)
  const hidden = given.find(({ attribute }) => attribute?.known === false)
  if (hidden?.attribute?.known === false)
    return judge.unknown(`${hidden.path} ${hidden.attribute.why}`, hidden.attribute)
  return [
    judgeSettingOf(judge, resource, {
      path: 'enable_key_rotation',
      accepts: isTrue,
      absent: 'fail',
      to: true,
    }),
    // A year, unless it is written.
    judgeSettingOf(judge, resource, {
      path: 'rotation_period_in_days',
      accepts: (value) => Number(value) <= 365,
      absent: 'pass',
      to: 365,
    }),
  ]
}

/** Only symmetric keys for encryption take a `rotation_period`, in seconds: `7776000s`. */
function judgeGoogle(resource: Resource, evidence: Evidence): Verdict {
  const purpose = attributeOf(resource, 'purpose')
  if (purpose?.known === false) return judge.unknown(`purpose ${purpose.why}`, purpose)
  if (purpose !== undefined && purpose.value !== null && purpose.value !== 'ENCRYPT_DECRYPT') {
    return judge.notApplicable('only symmetric keys for encryption can be turned over', purpose)
  }
  const days = parameterOf('SEC-07.days', environmentOf(resource, evidence), evidence.parameters)
  const verdict = judgeValue(judge, resource, {
    path: 'rotation_period',
    accepts: (value) => Number(textOf(value).replace(/s$/, '')) <= days * 86_400, // seconds of a day
    absent: 'fail',
  })
  return mended(verdict, { set: 'rotation_period', to: `${days * 86_400}s` })
}
