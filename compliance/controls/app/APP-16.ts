/** The application learns who asked, and only from proxies it knows. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { nginxExample } from '../read/door-example.ts'
import { listOf, passesOn, whyOpen } from '../read/nginx-limits.ts'
import { isLocation } from '../read/nginx.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'X-Real-IP or X-Forwarded-For is sent on, and set_real_ip_from lists the proxies that are believed',
  'proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
)

export const control: Control = {
  id: 'APP-16',
  sources: ['nginx'],
  page: {
    why: 'Without it every request seems to come from the proxy: limits hit everybody at once and the audit log names nobody. Believing any sender lets a client be whoever it writes.',
    good: [nginxExample('', '      proxy_set_header X-Real-IP $remote_addr;')],
    bad: [nginxExample('', '      proxy_set_header Host $host;')],
  },
  applies: isLocation,
  check: judgeLocation,
}

function judgeLocation(location: Resource): Verdict | readonly Verdict[] {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  if (!passesOn(location)) return judge.notApplicable('it hands nothing on')
  const headers = [...listOf(location, 'proxy_set_header'), ...listOf(location, 'grpc_set_header')]
  const isSent =
    headers.some((text) => /^(?:x-real-ip|x-forwarded-for|forwarded)\s+\S/i.test(text)) ||
    // FastCGI and uWSGI are told REMOTE_ADDR by the parameters that come with nginx.
    ['fastcgi_pass', 'uwsgi_pass', 'scgi_pass'].some((name) => attributeOf(location, name) !== undefined)
  const sent = isSent
    ? judge.pass('the address of the client is sent on')
    : open === undefined
      ? judge.fail('the address of the client is not sent on')
      : judge.unknown(open)
  return [{ ...sent, part: 'header' }, ...judgeTrust(location)]
}

function judgeTrust(location: Resource): Verdict[] {
  const trusted = listOf(location, 'set_real_ip_from')
  const header = attributeOf(location, 'real_ip_header')
  if (header === undefined && trusted.length === 0) return []
  const everybody = trusted.find((range) => /^(?:0\.0\.0\.0\/0|::\/0)$/.test(range))
  if (everybody !== undefined) return [{ ...judge.fail(`${everybody} is believed`, header), part: 'trust' }]
  return trusted.length === 0
    ? [{ ...judge.fail('real_ip_header stands without set_real_ip_from', header), part: 'trust' }]
    : [{ ...judge.pass(`${trusted.length} ranges are believed`, header), part: 'trust' }]
}
