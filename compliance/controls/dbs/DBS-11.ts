/** Who connects to the database, and when he leaves, is logged. */
import type { Control } from '../control.ts'
import { hasParameters, isOn, parameterOf } from '../read/parameters.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'log_connections and log_disconnections are on',
  'set both to on (1 in a parameter group)',
)

export const control: Control = {
  id: 'DBS-11',
  sources: ['postgres', 'terraform'],
  applies: hasParameters,
  check: (resource) => {
    const verdicts = ['log_connections', 'log_disconnections'].map((name) => {
      const setting = parameterOf(resource, name)
      if (setting === undefined) {
        return resource.kind === 'postgres'
          ? judge.unknown(`${name} was not told`)
          : judge.fail(`${name} is not set`)
      }
      if (!setting.known) return judge.unknown(`${name} ${setting.why}`, setting)
      const found = `${name} is ${textOf(setting.value)}`
      // From PostgreSQL 18 on log_connections is a list of what is logged.
      const isLogged =
        isOn(setting) || (name === 'log_connections' && /receipt|authentication|authorization/.test(found))
      return isLogged ? judge.pass(found, setting) : judge.fail(found, setting)
    })
    return worstOf(verdicts, judge.unknown('nothing is known of it'))
  },
}
