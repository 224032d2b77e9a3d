/** Doors do not say which software of which version they are. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample } from '../read/door-example.ts'
import { whyOpen } from '../read/nginx-limits.ts'
import { isServerBlock } from '../read/nginx.ts'
import { headerText, isDoor, whyNoPage } from '../read/door.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no version in Server, and no X-Powered-By',
  'turn server tokens off and remove X-Powered-By',
)

const telling = ['x-powered-by', 'x-aspnet-version', 'x-generator']

export const control: Control = {
  id: 'APP-12',
  sources: ['http', 'nginx'],
  page: {
    why: 'A version is looked up in a list of known weaknesses within a minute of its publication. Hiding it heals nothing; showing it sorts the targets.',
    good: [doorExample({ server: 'nginx' })],
    bad: [doorExample({ server: 'nginx/1.18.0' })],
  },
  applies: (resource) => isDoor(resource) || isServerBlock(resource),
  check: (resource) => {
    if (isServerBlock(resource)) return judgeServer(resource)
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

/** nginx says its version unless it is told not to. */
function judgeServer(server: Resource): Verdict {
  const open = whyOpen(server)
  if (server.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const tokens = server.attributes.has('server_tokens') ? attributeOf(server, 'server_tokens') : undefined
  if (tokens === undefined) {
    return open === undefined ? judge.fail('server_tokens is on, the default') : judge.unknown(open)
  }
  if (!tokens.known) return judge.unknown(`server_tokens ${tokens.why}`, tokens)
  const said = `server_tokens is ${textOf(tokens.value)}`
  return tokens.value === 'off' ? judge.pass(said, tokens) : judge.fail(said, tokens)
}
