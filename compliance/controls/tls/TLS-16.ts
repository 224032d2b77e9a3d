/** Telemetry that leaves the host travels over TLS. */
import { attributeOf, childrenOf, knownValueOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'addresses beyond the host are https, and certificates are checked',
  'write https and leave insecure_skip_verify false',
)

export const control: Control = {
  id: 'TLS-16',
  sources: ['prometheus', 'alertmanager', 'grafana'],
  page: {
    why: 'Telemetry tells who does what and when; on the way out everybody can read it, or write it.',
    good: [
      {
        kind: 'prometheus',
        type: 'config',
        attributes: { remote_write: [{ url: 'https://metrics.campus.example/api/v1/write' }] },
      },
    ],
    bad: [
      {
        kind: 'prometheus',
        type: 'config',
        attributes: { remote_write: [{ url: 'http://metrics.campus.example/api/v1/write' }] },
      },
    ],
  },
  applies: (resource) => placesOf(resource) !== undefined,
  check: (resource) => {
    const hidden = attributeOf(resource, '')
    if (hidden?.known === false) return judge.unknown(hidden.why)
    const verdicts = (placesOf(resource) ?? []).flatMap((paths) => judgePlace(resource, paths.split('.'), ''))
    return verdicts.length === 0 ? judge.notApplicable('it sends nothing') : verdicts
  },
}

/** Where addresses stand; a star stands for every element of a list. */
function placesOf({ kind, type }: Resource): readonly string[] | undefined {
  if (kind === 'prometheus' && type === 'config')
    return ['remote_write.*', 'remote_read.*', 'alerting.alertmanagers.*', 'tracing', 'otlp']
  if (kind === 'alertmanager' && type === 'receiver')
    return ['webhook_configs.*', 'pagerduty_configs.*', 'slack_configs.*']
  return kind === 'grafana' && type === 'datasource' ? [''] : undefined
}

/** Walks to the places and judges what is there. */
function judgePlace(resource: Resource, [first = '', ...rest]: readonly string[], at: string): Verdict[] {
  if (first === '*') {
    const children = childrenOf(resource, at)
    const hidden = attributeOf(resource, at)
    if (children.length === 0 && hidden?.known === false)
      return [{ ...judge.unknown(`${at} ${hidden.why}`, hidden), part: at }]
    return children.flatMap((child) => judgePlace(resource, rest, child))
  }
  if (first === '' && rest.length === 0) {
    return at === '' || attributeOf(resource, at) !== undefined ? judgeSender(resource, at) : []
  }
  return judgePlace(resource, rest, at === '' ? first : `${at}.${first}`)
}

function judgeSender(resource: Resource, at: string): Verdict[] {
  const under = (name: string) => (at === '' ? name : `${at}.${name}`)
  const part = at === '' ? 'url' : at
  const whole = at === '' ? undefined : attributeOf(resource, at)
  const skips = [
    under('tls_config.insecure_skip_verify'),
    under('http_config.tls_config.insecure_skip_verify'),
    under('jsonData.tlsSkipVerify'),
  ]
  const written = skips.find((path) => attributeOf(resource, path) !== undefined)
  const skip = written === undefined ? undefined : attributeOf(resource, written)
  const checking = written === undefined ? [] : [{ set: written, to: false }]
  if (skip?.known === true && isTrue(skip.value))
    return [{ ...mended(judge.fail('certificates are not checked', skip), ...checking), part }]
  if (skip?.known === false) return [{ ...judge.unknown(`insecure_skip_verify ${skip.why}`, skip), part }]
  const hidden = hostOf(resource, under)
  if (hidden === undefined)
    return whole?.known === false ? [{ ...judge.unknown(whole.why, whole), part }] : []
  const { isPlain, host, path } = hidden
  const position = attributeOf(resource, path)
  if (position?.known === false) return [{ ...judge.unknown(`${path} ${position.why}`, position), part }]
  if (!isPlain) return [{ ...judge.pass('it is https', position), part }]
  if (/[$%]|^$/.test(host))
    return [{ ...judge.unknown(`${lastSegmentOf(path)} is not known`, position), part }]
  return [
    {
      ...(isNear(host)
        ? judge.pass(`${host} is on this host or its network`, position)
        : judge.fail(`plain HTTP to ${host}`, position)),
      part,
    },
  ]
}

interface Address {
  readonly isPlain: boolean
  readonly host: string
  readonly path: string
}

function hostOf(resource: Resource, under: (name: string) => string): Address | undefined {
  for (const name of ['url', 'endpoint', 'api_url']) {
    const path = under(name)
    const url = attributeOf(resource, path)
    if (url === undefined) continue
    const text = textOf(url.known ? url.value : undefined)
    const host = /^(?:\w+:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/?]*)/.exec(text)?.[1] ?? ''
    return { isPlain: !/^https:/i.test(text), host, path }
  }
  const targets = under('static_configs.0.targets.0')
  if (attributeOf(resource, under('static_configs')) === undefined) return undefined
  const isPlain = textOf(knownValueOf(resource, under('scheme'))) !== 'https'
  const first = textOf(knownValueOf(resource, targets))
  return { isPlain, host: first.replace(/:\d+$/, ''), path: targets }
}

/** The loopback, a socket, or a name without a dot: a service in the network of the same Compose file or namespace. */
function isNear(host: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\]|[a-z0-9_-]+)$/i.test(host) && !/^\d+$/.test(host)
}
