/** nginx offers no weak cipher, and chooses by its own order. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { weakIn } from '../read/ciphers.ts'
import { isServerBlock, isVariable, speaksTls } from '../read/nginx.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'ssl_ciphers offers AEAD suites only, and ssl_prefer_server_ciphers is on',
  'write ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20; and ssl_prefer_server_ciphers on;',
)

const server = (lines: string) => `http {\n  server {\n    listen 443 ssl;\n${lines}  }\n}\n`

export const control: Control = {
  id: 'TLS-06',
  sources: ['nginx'],
  page: {
    why: 'A client that offers a broken cipher gets it, and what was recorded then can be read later.',
    good: [
      {
        file: 'nginx.conf',
        text: server('    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n    ssl_prefer_server_ciphers on;\n'),
      },
    ],
    bad: [
      {
        file: 'nginx.conf',
        text: server('    ssl_ciphers HIGH:!aNULL:!MD5;\n    ssl_prefer_server_ciphers on;\n'),
      },
    ],
  },
  applies: isServerBlock,
  check: (resource) => {
    const tls = speaksTls(resource)
    if (tls === 'no') return judge.notApplicable('it does not speak TLS')
    if (tls === 'unknown') return judge.unknown('whether it speaks TLS is not known')
    if (knownValueOf(resource, 'ssl_protocols') === 'TLSv1.3')
      return judge.pass('TLS 1.3 has no weak cipher', attributeOf(resource, 'ssl_protocols'))
    return worstOf([judgeCiphers(resource), judgeOrder(resource)], judge.unknown('nothing is known'))
  },
}

function judgeCiphers(resource: Resource): Verdict {
  const ciphers = attributeOf(resource, 'ssl_ciphers')
  // The default is HIGH:!aNULL:!MD5 (ngx_http_ssl_module).
  if (ciphers?.known === false) return judge.unknown(`ssl_ciphers ${ciphers.why}`, ciphers)
  const text = ciphers === undefined ? 'HIGH:!aNULL:!MD5' : textOf(ciphers.value)
  if (isVariable(text)) return judge.unknown(`ssl_ciphers is ${text}`, ciphers)
  const { weak, unknown } = weakIn(text)
  const set = ciphers === undefined ? 'the default of ssl_ciphers' : 'ssl_ciphers'
  if (weak.length > 0)
    return judge.fail(`${set} offers ${weak.slice(0, 3).join(', ')}${weak.length > 3 ? ', …' : ''}`, ciphers)
  return unknown.length > 0
    ? judge.unknown(`ssl_ciphers has ${unknown[0] ?? ''}, which is not known`, ciphers)
    : judge.pass('ssl_ciphers offers no weak suite', ciphers)
}

function judgeOrder(resource: Resource): Verdict {
  const order = attributeOf(resource, 'ssl_prefer_server_ciphers')
  if (order === undefined) return judge.fail('ssl_prefer_server_ciphers is not set; the default is off')
  if (!order.known) return judge.unknown(`ssl_prefer_server_ciphers ${order.why}`, order)
  return order.value === 'on'
    ? judge.pass('the server chooses', order)
    : judge.fail('ssl_prefer_server_ciphers is off', order)
}
