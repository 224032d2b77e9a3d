/** Nobody holds a connection open by sending slowly, or fills the disk by sending much. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { secondsOf, whyOpen } from '../read/nginx-limits.ts'
import { isServerBlock } from '../read/nginx.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'client_body_timeout, client_header_timeout and keepalive_timeout are 10 s at most, client_max_body_size is not 0',
  'client_body_timeout 10s; client_header_timeout 10s; keepalive_timeout 10s; client_max_body_size 10m;',
)

/** What holds where nobody wrote it, in seconds (nginx.org, ngx_http_core_module). */
const defaults: Readonly<Record<string, number>> = {
  client_body_timeout: 60,
  client_header_timeout: 60,
  keepalive_timeout: 75,
}

const server = (lines: string) => ({
  file: 'nginx.conf',
  text: `events {}

http {
  server {
    listen 443 ssl;
    server_name campus.example;
${lines}
  }
}
`,
})

export const control: Control = {
  id: 'APP-14',
  sources: ['nginx'],
  page: {
    why: 'Some hundred connections that send a byte a minute are enough to keep everybody else out, and a body without a bound fills memory and disk.',
    good: [
      server(
        '    client_body_timeout 10s;\n    client_header_timeout 10s;\n    keepalive_timeout 10s;\n    client_max_body_size 10m;',
      ),
    ],
    bad: [server('    client_max_body_size 0;')],
  },
  applies: isServerBlock,
  check: (resource, { parameters }) =>
    judgeServer(resource, parameterOf('APP-14.seconds', 'production', parameters)),
}

function judgeServer(resource: Resource, most: number): Verdict | readonly Verdict[] {
  const open = whyOpen(resource)
  if (resource.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const context = attributeOf(resource, 'context')
  if (context?.known === true && context.value !== 'http') return judge.notApplicable('it speaks no HTTP')
  return [
    ...Object.entries(defaults).map(([name, byDefault]): Verdict => {
      const written = resource.attributes.get(name)
      if (written === undefined && open !== undefined) return { ...judge.unknown(open), part: name }
      const seconds =
        written === undefined
          ? byDefault
          : written.known
            ? secondsOf(textOf(written.value).split(/\s+/)[0] ?? '')
            : undefined
      if (seconds === undefined || Number.isNaN(seconds)) {
        return { ...judge.unknown(`${name} cannot be read`, written), part: name }
      }
      const said = `${name} is ${seconds} s${written === undefined ? ', the default' : ''}`
      return { ...(seconds <= most ? judge.pass(said, written) : judge.fail(said, written)), part: name }
    }),
    judgeBody(resource, open),
  ]
}

function judgeBody(resource: Resource, open: string | undefined): Verdict {
  const part = 'client_max_body_size'
  const written = resource.attributes.get(part)
  if (written === undefined) {
    return { ...(open === undefined ? judge.pass(`${part} is 1m, the default`) : judge.unknown(open)), part }
  }
  if (!written.known) return { ...judge.unknown(`${part} ${written.why}`, written), part }
  const said = `${part} is ${textOf(written.value)}`
  return {
    ...(/^0+[kmg]?$/i.test(textOf(written.value)) ? judge.fail(said, written) : judge.pass(said, written)),
    part,
  }
}
