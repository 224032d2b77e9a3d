/** Browsers are told to come by HTTPS only, for a year and for every name below. */
import { attributeOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { headerText, isDoor, whyNoPage } from '../read/door.ts'
import { mended } from '../read/mend.ts'
import { addedHeader, isLocation, isServerBlock, isVariable, speaksTls } from '../read/nginx.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'Strict-Transport-Security says max-age of at least a year and includeSubDomains',
  'send Strict-Transport-Security: max-age=31536000; includeSubDomains from every location',
)
const header = 'Strict-Transport-Security'
const isHeaders = ofType('aws_cloudfront_response_headers_policy')
const prefix = 'security_headers_config.0.strict_transport_security.0'

const server = (lines: string) => `http {\n  server {\n    listen 443 ssl;\n${lines}  }\n}\n`
const line = '    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;\n'

export const control: Control = {
  id: 'TLS-07',
  sources: ['http', 'nginx', 'terraform'],
  page: {
    why: 'The first request of a browser goes by plain HTTP, where somebody on the way can keep it there. In nginx a location with an add_header of its own forgets all of its server.',
    good: [{ file: 'nginx.conf', text: server(line) }],
    bad: [
      {
        file: 'nginx.conf',
        text: server(`${line}    location /api {\n      add_header Cache-Control no-store;\n    }\n`),
      },
    ],
  },
  applies: (resource) =>
    isHeaders(resource) || isServerBlock(resource) || isLocation(resource) || isDoor(resource),
  check: (resource, evidence) => {
    const seconds = parameterOf('TLS-07.seconds', environmentOf(resource, evidence), evidence.parameters)
    if (isHeaders(resource)) return judgePolicy(resource, seconds)
    return isDoor(resource) ? judgeDoor(resource, seconds) : judgeNginx(resource, seconds)
  },
}

function judgeHeader(text: string, seconds: number, at?: Attribute): Verdict {
  if (isVariable(text)) return judge.unknown(`it is ${text}`, at)
  const age = Number(/max-age\s*=\s*"?(\d+)/i.exec(text)?.[1] ?? 0)
  if (age < seconds) return judge.fail(`max-age is ${age}`, at)
  return /includeSubDomains/i.test(text)
    ? judge.pass(`max-age is ${age}, with includeSubDomains`, at)
    : judge.fail('includeSubDomains is missing', at)
}

function judgeNginx(resource: Resource, seconds: number): Verdict {
  const tls = speaksTls(resource)
  if (tls === 'no') return judge.notApplicable('it does not speak TLS')
  const headers = attributeOf(resource, 'add_header')
  const sent = addedHeader(resource, header)
  if (sent !== undefined && tls === 'yes') return judgeHeader(sent.value, seconds, sent.at)
  if (tls === 'unknown') return judge.unknown('whether it speaks TLS is not known')
  if (headers?.known === false) return judge.unknown(`add_header ${headers.why}`, headers)
  return judge.fail(headers === undefined ? 'no header is added' : `other headers are added`, headers)
}

function judgeDoor(resource: Resource, seconds: number): Verdict {
  const why = whyNoPage(resource)
  if (why !== undefined) return judge.unknown(`the page ${why}`)
  // Browsers ignore it where it comes by plain HTTP (RFC 6797 §8.1).
  if (!textOf(knownValueOf(resource, 'url')).startsWith('https:'))
    return judge.notApplicable('it is asked by plain HTTP')
  const text = headerText(resource, header.toLowerCase())
  return text === undefined ? judge.fail(`it does not send ${header}`) : judgeHeader(text, seconds)
}

function judgePolicy(resource: Resource, seconds: number): Verdict {
  const whole = attributeOf(resource, prefix)
  const age = attributeOf(resource, `${prefix}.access_control_max_age_sec`)
  const names = attributeOf(resource, `${prefix}.include_subdomains`)
  const repair = [
    { set: `${prefix}.access_control_max_age_sec`, to: seconds },
    { set: `${prefix}.include_subdomains`, to: true },
    { set: `${prefix}.override`, to: true },
  ]
  if (whole === undefined) return mended(judge.fail('strict_transport_security is not set'), ...repair)
  for (const each of [age, names]) {
    if (each?.known === false) return judge.unknown(`strict_transport_security ${each.why}`, each)
  }
  if (Number(knownValueOf(resource, `${prefix}.access_control_max_age_sec`) ?? 0) < seconds)
    return mended(judge.fail('access_control_max_age_sec is too small', age), ...repair)
  return names !== undefined && isTrue(knownValueOf(resource, `${prefix}.include_subdomains`) ?? null)
    ? judge.pass('a year, for every name below', age)
    : mended(judge.fail('include_subdomains is not true', names ?? age), ...repair)
}
