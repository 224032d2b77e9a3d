/** Terraform shows no secret on screens and in logs of builds. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isHarmless, isSecretName } from '../read/secret-shapes.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy('sensitive is true', 'add sensitive = true')

export const control: Control = {
  id: 'SEC-11',
  sources: ['terraform'],
  page: {
    why: 'What is not marked is printed in every plan, and plans are kept in the logs of builds.',
    good: [
      {
        file: 'main.tf',
        text: 'variable "database_password" {\n  type      = string\n  sensitive = true\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'variable "database_password" {\n  type = string\n}\n' }],
  },
  applies: ofType('variable', 'output'),
  check: judgeMark,
}

function judgeMark(resource: Resource): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (!isSecretName(resource.name)) return judge.notApplicable('it is not named like a secret')
  const value = attributeOf(resource, resource.type === 'output' ? 'value' : 'default')
  if (value?.known === true && isHarmless(resource.name, textOf(value.value))) {
    return judge.notApplicable('its value is no secret')
  }
  const type = attributeOf(resource, 'type')
  const written = type?.known === true ? textOf(type.value) : type?.expression
  if (written === 'bool' || written === 'number')
    return judge.notApplicable('a switch or a number is no secret')
  const sensitive = attributeOf(resource, 'sensitive')
  if (sensitive?.known === false) return judge.unknown(`sensitive ${sensitive.why}`, sensitive)
  return sensitive !== undefined && isTrue(sensitive.value)
    ? judge.pass('it is marked', sensitive)
    : { ...judge.fail('it is not marked as sensitive', sensitive), mend: [{ set: 'sensitive', to: true }] }
}
