/** Who connects to the database, and when he leaves, is logged. */
import type { Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { hasDefaultParameters, hasParameters, isOn, parameterOf, setParameter } from '../read/parameters.ts'
import { mended } from '../read/mend.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'log_connections and log_disconnections are on',
  'set both to on (1 in a parameter group)',
)

const group = (names: readonly string[]) => ({
  file: 'main.tf',
  text: `resource "aws_db_parameter_group" "main" {\n  family = "postgres17"\n${names
    .map((name) => `  parameter {\n    name  = "${name}"\n    value = "1"\n  }\n`)
    .join('')}}\n`,
})

export const control: Control = {
  id: 'DBS-11',
  page: {
    why: 'When records have leaked, the first question is who was connected. Nobody can answer it afterwards.',
    good: [group(['log_connections', 'log_disconnections'])],
    bad: [group(['log_connections'])],
  },
  sources: ['postgres', 'terraform'],
  applies: (resource) => hasParameters(resource) || hasDefaultParameters(resource),
  check: (resource) =>
    hasParameters(resource)
      ? ['log_connections', 'log_disconnections'].map((name) => judgeParameter(resource, name))
      : judge.fail('it names no parameter group, and the default one logs neither'),
}

function judgeParameter(resource: Resource, name: string): Verdict {
  const setting = parameterOf(resource, name)
  const mend = setParameter(resource, name, resource.type.startsWith('google_') ? 'on' : '1')
  if (setting === undefined) {
    if (resource.kind === 'postgres') return { ...judge.unknown(`${name} was not told`), part: name }
    return { ...mended(judge.fail(`${name} is not set`), ...mend), part: name }
  }
  if (!setting.known) return { ...judge.unknown(`${name} ${setting.why}`, setting), part: name }
  const found = `${name} is ${textOf(setting.value)}`
  // From PostgreSQL 18 on log_connections is a list of what is logged.
  const isLogged =
    isOn(setting) || (name === 'log_connections' && /receipt|authentication|authorization/.test(found))
  const verdict = isLogged ? judge.pass(found, setting) : mended(judge.fail(found, setting), ...mend)
  return { ...verdict, part: name }
}
