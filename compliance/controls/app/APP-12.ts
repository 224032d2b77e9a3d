/** Doors do not say which software of which version they are. */
import type { Control } from '../control.ts'
import { headerText, isDoor, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no version in Server, and no X-Powered-By',
  'turn server tokens off and remove X-Powered-By',
)

const telling = ['x-powered-by', 'x-aspnet-version', 'x-generator']

export const control: Control = {
  id: 'APP-12',
  sources: ['http'],
  applies: isDoor,
  check: (resource) => {
    const why = whyNoPage(resource)
    if (why !== undefined) return judge.unknown(why)
    const name = telling.find((each) => headerText(resource, each) !== undefined)
    if (name !== undefined) return judge.fail(`${name} is sent`)
    const server = headerText(resource, 'server')
    return server !== undefined && /\d/.test(server)
      ? judge.fail(`server is ${server.slice(0, 60)}`)
      : judge.pass('it says no version')
  },
}
