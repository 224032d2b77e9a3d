/** Nobody deletes series or reloads the configuration of Prometheus without a name. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imageNameOf, isService } from '../read/compose.ts'
import { textOf } from '../text.ts'
import { isFalse, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'neither --web.enable-admin-api nor --web.enable-lifecycle is given, or --web.config.file asks who it is',
  'remove the flag, or give --web.config.file with basic_auth_users',
)

export const control: Control = {
  id: 'MON-16',
  sources: ['compose', 'kubernetes'],
  page: {
    why: 'Who reaches the admin API can delete what the monitoring saw. Prometheus asks nobody for a password by itself.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  prometheus:\n    image: prom/prometheus:v3.4.1\n    command:\n      - --config.file=/etc/prometheus/prometheus.yml\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  prometheus:\n    image: prom/prometheus:v3.4.1\n    command:\n      - --config.file=/etc/prometheus/prometheus.yml\n      - --web.enable-lifecycle\n',
      },
    ],
  },
  applies: (resource) =>
    (isService(resource) && watchers.test(imageNameOf(resource) ?? '')) ||
    (resource.kind === 'kubernetes' && podPathsOf(resource).length > 0),
  check: (resource) =>
    isService(resource) ? judgeFlags(resource, ['command', 'entrypoint']) : judgePods(resource),
}

const watchers = /^(?:prometheus|alertmanager|thanos|mimir|vmagent)$/

/** Containers of a pod, or of what makes pods, that run one of them. */
function podPathsOf(resource: Resource): readonly string[] {
  return ['spec', 'spec.template.spec', 'spec.jobTemplate.spec.template.spec']
    .flatMap((spec) => childrenOf(resource, `${spec}.containers`))
    .filter((path) => {
      const image = textOf(knownValueOf(resource, `${path}.image`)).split('@')[0] ?? ''
      return watchers.test(image.slice(image.lastIndexOf('/') + 1).replace(/:.*$/, ''))
    })
}

function judgePods(resource: Resource): readonly Verdict[] {
  return podPathsOf(resource).map((path) => ({
    ...judgeFlags(resource, [`${path}.args`, `${path}.command`]),
    part: path,
  }))
}

const dangerous = /--web\.enable-(?:admin-api|lifecycle)(?:=(\S+))?/

function judgeFlags(resource: Resource, paths: readonly string[]): Verdict {
  const given = paths.flatMap((path): Attribute[] => {
    const whole = attributeOf(resource, path)
    const parts = childrenOf(resource, path).map((each) => attributeOf(resource, each))
    return [...(parts.length === 0 ? [whole] : parts)].filter((each) => each !== undefined)
  })
  const flags = given.filter((each) => each.known && isDangerous(textOf(each.value)))
  const hasAuth = given.some((each) => each.known && textOf(each.value).includes('--web.config.file'))
  const [flag] = flags
  if (flag?.known === true) {
    const found = `${textOf(flag.value)} is given`
    return hasAuth
      ? judge.pass(`${found}, and --web.config.file asks who it is`, flag)
      : judge.fail(found, flag)
  }
  const hidden = given.find((each) => !each.known)
  return hidden?.known === false ? judge.unknown(hidden.why, hidden) : judge.pass('no such flag is given')
}

function isDangerous(text: string): boolean {
  const found = dangerous.exec(text)
  return found !== null && !isFalse(found[1] ?? '')
}
