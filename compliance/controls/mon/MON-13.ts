/** Grafana lets nobody in without a name, and its secrets stand in no file. */
import { attributeOf, lastSegmentOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Mend, Verdict } from '../control.ts'
import { isGrafana, settingOf, switchOf } from '../read/grafana.ts'
import { textOf } from '../text.ts'
import { isTrue, judgeBy } from '../verdict.ts'

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
    isGrafana(resource) ||
    (resource.kind === 'grafana' && ['settings', 'datasource'].includes(resource.type)),
  check: (resource, evidence) =>
    resource.type === 'datasource' ? judgeSource(resource) : judgeSettings(resource, evidence),
}

/** Section and key, what is right, and what Grafana does where nothing is written (its documentation). */
const switches = [
  { section: 'auth_anonymous', key: 'enabled', right: false, byDefault: false },
  { section: 'users', key: 'allow_sign_up', right: false, byDefault: false },
  { section: 'security', key: 'cookie_secure', right: true, byDefault: false },
] as const

function judgeSettings(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const verdicts = switches.map((each): Verdict => {
    const part = `${each.section}.${each.key}`
    return { ...judgeSwitch(resource, each, evidence), part }
  })
  return [...verdicts, { ...judgePassword(resource, evidence), part: 'security.admin_password' }]
}

function judgeSwitch(
  resource: Resource,
  { section, key, right, byDefault }: (typeof switches)[number],
  evidence: Evidence,
): Verdict {
  const name = `${section}.${key}`
  const { attribute, path, hidden, elsewhere } = settingOf(resource, [section, key], evidence)
  const mend: readonly Mend[] = [{ set: path, to: String(right) }]
  if (attribute === undefined) {
    if (elsewhere !== undefined) return judge.notApplicable(`${name} is judged in ${elsewhere}`)
    if (hidden !== undefined) return judge.unknown(`${name}: ${hidden}`)
    return right === byDefault
      ? judge.pass(`${name} is not set; the default is right`)
      : { ...judge.fail(`${name} is not set`), mend }
  }
  if (!attribute.known) return judge.unknown(`${name} ${attribute.why}`, attribute)
  const found = `${name} is ${textOf(attribute.value)}`
  return (switchOf(textOf(attribute.value)) ?? byDefault) === right
    ? judge.pass(found, attribute)
    : { ...judge.fail(found, attribute), mend }
}

function judgePassword(resource: Resource, evidence: Evidence): Verdict {
  const read = (key: string) => settingOf(resource, ['security', key], evidence)
  const { attribute, hidden, elsewhere } = read('admin_password')
  if (attribute === undefined) {
    const file = read('admin_password__file')
    if (file.attribute !== undefined)
      return judge.pass('the admin password is read from a file', file.attribute)
    const other = elsewhere ?? file.elsewhere
    if (other !== undefined) return judge.notApplicable(`the admin password is judged in ${other}`)
    if (hidden !== undefined) return judge.unknown(`the admin password: ${hidden}`)
    const disabled = read('disable_initial_admin_creation').attribute
    return disabled?.known === true && isTrue(disabled.value)
      ? judge.pass('no admin is made')
      : judge.fail('the admin password is not set: the default is admin')
  }
  return judgeWrittenPassword(attribute)
}

function judgeWrittenPassword(attribute: Attribute): Verdict {
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

const secret = /password|secret|token|apikey|api_key|privatekey|accesskey|httpheadervalue/i
/** What only says where a secret is, or how one is made. */
const aboutSecrets = /(?:uri|url|path|type|name|field|file|id|endpoint|lookup|enabled)$/i

/** Provisioning fills `$NAME`, `${NAME}` and `$__file{…}`; two dollars stand for one. The word of a scheme is no secret. */
const filled =
  /^(?:(?:Basic|Bearer|Token|Splunk|ApiKey|Api-Token|GenieKey) )?(?:\$[A-Za-z_]\w*|\$\{\w+\}|\$__\w+\{[^{}]+\})+$/i

function judgeSource(source: Resource): readonly Verdict[] {
  const whole = attributeOf(source, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const verdicts = [...source.attributes].flatMap(([path, value]): Verdict[] => {
    const verdict = judgeEntry(path, value)
    return verdict === undefined ? [] : [{ ...verdict, part: path }]
  })
  return verdicts.length === 0 ? [judge.pass('no secret stands in the file')] : verdicts
}

/** Judges one value of a data source; undefined where it holds no secret. */
function judgeEntry(path: string, value: Attribute): Verdict | undefined {
  const name = lastSegmentOf(path)
  const isSecure = path.startsWith('secureJsonData.')
  const isNamed = secret.test(name) && !aboutSecrets.test(name)
  if (!value.known) {
    return isSecure || isNamed || path === '*' ? judge.unknown(`${name} ${value.why}`, value) : undefined
  }
  if (typeof value.value === 'object') return undefined
  const text = textOf(value.value)
  if (text === '') return undefined
  const [, password] = /^\w+:\/\/[^/?#@:]*:([^/?#]+)@/.exec(text) ?? []
  if (password !== undefined && !filled.test(password))
    return judge.fail(`${name} has a password in it`, value)
  if (filled.test(text)) return undefined
  const isShown = isSecure || (isNamed && !/^(?:\d+|true|false)$/.test(text))
  return isShown ? judge.fail(`${name} stands in the file`, value) : undefined
}
