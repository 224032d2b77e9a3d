/** Interfaces for operators are not published on every interface. */
import type { Control } from '../control.ts'
import { isConsole, isService, publicationsOf } from '../read/compose.ts'
import { judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'monitoring and administration interfaces are published on 127.0.0.1 or not at all',
  "write '127.0.0.1:3000:3000' and put a proxy with a login in front",
)

export const control: Control = {
  id: 'NET-18',
  sources: ['compose'],
  applies: (resource) => isService(resource) && isConsole(resource),
  check: (resource) => {
    const verdicts = publicationsOf(resource).map(({ reach, attribute }) => {
      if (reach === 'everywhere') return judge.fail('published on every interface', attribute)
      if (reach === 'host') return judge.pass('published on the loopback only', attribute)
      return judge.unknown('the address it is published on is not known', attribute)
    })
    return worstOf(verdicts, judge.notApplicable('no port is published'))
  },
}
