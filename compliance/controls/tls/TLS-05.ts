/** nginx speaks TLS 1.2 and 1.3 only. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isServerBlock, isVariable, speaksTls } from '../read/nginx.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy('ssl_protocols lists TLSv1.2 and TLSv1.3 only', 'write ssl_protocols TLSv1.2 TLSv1.3;')

export const control: Control = {
  id: 'TLS-05',
  sources: ['nginx'],
  page: {
    why: 'Before version 1.27.3 nginx speaks TLS 1.0 and 1.1 unless it is told otherwise, and both can be broken.',
    good: [
      {
        file: 'nginx.conf',
        text: 'http {\n  ssl_protocols TLSv1.2 TLSv1.3;\n  server {\n    listen 443 ssl;\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'nginx.conf',
        text: 'http {\n  server {\n    listen 443 ssl;\n    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n  }\n}\n',
      },
    ],
  },
  applies: isServerBlock,
  check: judgeServer,
}

function judgeServer(resource: Resource): Verdict {
  const tls = speaksTls(resource)
  if (tls === 'no') return judge.notApplicable('it does not speak TLS')
  const protocols = attributeOf(resource, 'ssl_protocols')
  // Which version runs is not written here, and versions before 1.27.3 have TLS 1.0 by default.
  if (protocols === undefined) {
    return tls === 'yes'
      ? judge.fail('ssl_protocols is not set')
      : judge.unknown('whether it speaks TLS is not known')
  }
  if (!protocols.known) return judge.unknown(`ssl_protocols ${protocols.why}`, protocols)
  const text = textOf(protocols.value)
  if (isVariable(text)) return judge.unknown(`ssl_protocols is ${text}`, protocols)
  const old = text.split(' ').filter((each) => each !== 'TLSv1.2' && each !== 'TLSv1.3')
  if (old.length === 0) return judge.pass(`ssl_protocols is ${text}`, protocols)
  return tls === 'yes'
    ? judge.fail(`ssl_protocols has ${old.join(' ')}`, protocols)
    : judge.unknown('whether it speaks TLS is not known', protocols)
}
