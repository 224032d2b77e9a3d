/** The cluster of containers tells what runs in it, and who ran a command there. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'containerInsights is enabled and commands run in containers are logged',
  'add setting { name = "containerInsights" value = "enabled" }; let execute_command_configuration log',
)

export const control: Control = {
  id: 'CTR-24',
  sources: ['terraform'],
  applies: ofType('aws_ecs_cluster'),
  check: (resource) => [
    { ...judgeInsights(resource), part: 'setting' },
    { ...judgeExec(resource), part: 'configuration' },
  ],
  page: {
    why: 'Without figures of tasks nobody sees which of them is out of memory; without a log nobody knows who opened a shell in one.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_ecs_cluster" "main" {\n  name = "campus"\n\n  setting {\n    name  = "containerInsights"\n    value = "enabled"\n  }\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'resource "aws_ecs_cluster" "main" {\n  name = "campus"\n}\n' }],
  },
}

function judgeInsights(resource: Resource): Verdict {
  const paths = childrenOf(resource, 'setting')
  const whole = attributeOf(resource, 'setting')
  if (whole?.known === false && paths.length === 0) return judge.unknown(`setting ${whole.why}`, whole)
  if (paths.some((path) => path.endsWith('.*'))) return judge.unknown('some settings are not known', whole)
  const own = paths.find((path) => knownValueOf(resource, `${path}.name`) === 'containerInsights')
  if (own === undefined) {
    const isOpen = paths.some((path) => attributeOf(resource, `${path}.name`)?.known === false)
    if (isOpen) return judge.unknown('the name of a setting is not known', whole)
    const block = `setting.${paths.length}`
    return mended(
      judge.fail('containerInsights is not set'),
      { set: `${block}.name`, to: 'containerInsights' },
      { set: `${block}.value`, to: 'enabled' },
    )
  }
  const value = attributeOf(resource, `${own}.value`)
  if (value === undefined) return judge.fail('containerInsights has no value')
  if (!value.known) return judge.unknown(`containerInsights ${value.why}`, value)
  return /^(?:enabled|enhanced)$/.test(textOf(value.value))
    ? judge.pass(`containerInsights is ${textOf(value.value)}`, value)
    : mended(judge.fail(`containerInsights is ${textOf(value.value)}`, value), {
        set: `${own}.value`,
        to: 'enabled',
      })
}

/** Without a configuration commands are logged where the task logs. */
function judgeExec(resource: Resource): Verdict {
  const path = 'configuration.0.execute_command_configuration.0.logging'
  const logging = attributeOf(resource, path)
  if (logging === undefined) return judge.pass('commands are logged by default')
  if (!logging.known) return judge.unknown(`logging ${logging.why}`, logging)
  return logging.value === 'NONE'
    ? mended(judge.fail('commands are not logged', logging), { set: path, to: 'DEFAULT' })
    : judge.pass(`logging is ${textOf(logging.value)}`, logging)
}
