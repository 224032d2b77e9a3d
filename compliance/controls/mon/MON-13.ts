/** Grafana lets nobody in without a name, and its secrets stand in no file. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { imageNameOf, isService } from '../read/compose.ts'
import { textOf } from '../text.ts'
import { isFalse, isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'anonymous access and sign-up are off, the cookie is secure, the admin password is not the default and stands in no file, nor do those of data sources',
  'set GF_AUTH_ANONYMOUS_ENABLED=false, GF_USERS_ALLOW_SIGN_UP=false, GF_SECURITY_COOKIE_SECURE=true and GF_SECURITY_ADMIN_PASSWORD__FILE',
)

export const control: Control = {
  id: 'MON-13',
  sources: ['grafana', 'compose'],
  page: {
    why: 'Dashboards show the shape of everything, and data sources let who is in ask for the rest. admin/admin is the first thing anybody tries.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  grafana:\n    image: grafana/grafana:12.0.2\n    environment:\n      GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana\n      GF_SECURITY_COOKIE_SECURE: "true"\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  grafana:\n    image: grafana/grafana:12.0.2\n    environment:\n      GF_SECURITY_ADMIN_PASSWORD: admin\n      GF_AUTH_ANONYMOUS_ENABLED: "true"\n',
      },
    ],
  },
  applies: (resource) =>
    (isService(resource) && /^grafana(?:-oss|-enterprise)?$/.test(imageNameOf(resource) ?? '')) ||
    (resource.kind === 'grafana' && ['settings', 'datasource'].includes(resource.type)),
  check: (resource) => (resource.type === 'datasource' ? judgeSource(resource) : judgeSettings(resource)),
}

/** Section and key, what is right, and what Grafana does where nothing is written (its documentation). */
const switches = [
  ['auth_anonymous', 'enabled', isFalse, true, false],
  ['users', 'allow_sign_up', isFalse, true, false],
  ['security', 'cookie_secure', isTrue, false, true],
] as const

function judgeSettings(resource: Resource): readonly Verdict[] {
  const read = (section: string, key: string) => settingOf(resource, section, key)
  const verdicts = switches.map(([section, key, isRight, isRightByDefault, to]): Verdict => {
    const part = `${section}.${key}`
    const { attribute, path } = read(section, key)
    const mend: readonly Mend[] = [{ set: path, to: String(to) }]
    if (attribute === undefined) {
      return isRightByDefault
        ? { ...judge.pass(`${part} is not set; the default is right`), part }
        : { ...judge.fail(`${part} is not set`), part, mend }
    }
    if (!attribute.known) return { ...judge.unknown(`${part} ${attribute.why}`, attribute), part }
    const found = `${part} is ${textOf(attribute.value)}`
    return isRight(attribute.value)
      ? { ...judge.pass(found, attribute), part }
      : { ...judge.fail(found, attribute), part, mend }
  })
  return [...verdicts, { ...judgePassword(resource), part: 'security.admin_password' }]
}

interface Setting {
  readonly attribute: Attribute | undefined
  readonly path: string
}

function settingOf(resource: Resource, section: string, key: string): Setting {
  const path =
    resource.kind === 'grafana'
      ? `${section}.${key}`
      : `environment.GF_${section}_${key}`.replace(/GF_.*/, (name) => name.toUpperCase())
  return { attribute: attributeOf(resource, path), path }
}

function judgePassword(resource: Resource): Verdict {
  const { attribute } = settingOf(resource, 'security', 'admin_password')
  const file = settingOf(resource, 'security', 'admin_password__file').attribute
  if (attribute === undefined) {
    if (file !== undefined) return judge.pass('the admin password is read from a file', file)
    const disabled = settingOf(resource, 'security', 'disable_initial_admin_creation').attribute
    return disabled?.known === true && isTrue(disabled.value)
      ? judge.pass('no admin is made')
      : judge.fail('the admin password is not set: the default is admin')
  }
  if (!attribute.known) {
    // A variable or a file of the environment: not in this one.
    return /environment variable|kept elsewhere/.test(attribute.why)
      ? judge.pass('the admin password comes from outside', attribute)
      : judge.unknown(`the admin password ${attribute.why}`, attribute)
  }
  const isFallback = attribute.expression !== undefined && attribute.expression !== attribute.value
  return judge.fail(
    isFallback
      ? 'the admin password has a fallback that everybody can read'
      : 'the admin password stands in the file',
    attribute,
  )
}

const secret = /password|secret|token|apikey|api_key|privatekey|accesskey/i

function judgeSource(source: Resource): readonly Verdict[] {
  const whole = attributeOf(source, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const holders = ['', 'jsonData', 'secureJsonData']
  const found = holders.flatMap((holder) =>
    childrenOf(source, holder).filter(
      (path) =>
        (holder === 'secureJsonData' || secret.test(lastSegmentOf(path))) &&
        !['jsonData', 'secureJsonData'].includes(path),
    ),
  )
  const verdicts = found.flatMap((path): Verdict[] => {
    const value = attributeOf(source, path)
    const text = textOf(knownValueOf(source, path))
    // Provisioning fills ${…} and $NAME from the environment.
    if (value?.known !== true || text === '' || /^\$|\$__|^\d+$|^(?:true|false)$/.test(text)) return []
    return [{ ...judge.fail(`${lastSegmentOf(path)} stands in the file`, value), part: path }]
  })
  return verdicts.length === 0 ? [judge.pass('no secret stands in the file')] : verdicts
}
