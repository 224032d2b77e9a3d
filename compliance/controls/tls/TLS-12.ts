/** Redis is spoken over TLS, and asks who is there. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Json,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imageNameOf, isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { judgeByTable, type SettingTable } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'connections to Redis use TLS and a password or user',
  'set transit_encryption_enabled and auth_token; in Compose --requirepass, and rediss:// in URLs',
)

const isGoogle = ofType('google_redis_instance')
const isGroup = ofType('aws_elasticache_replication_group')
const group = (value: boolean) =>
  `resource "aws_elasticache_replication_group" "sessions" {\n  transit_encryption_enabled = ${value}\n  user_group_ids             = ["sessions"]\n}\n`

export const control: Control = {
  id: 'TLS-12',
  sources: ['terraform', 'compose'],
  page: {
    why: 'Redis holds sessions: whoever reads the wire, or just connects, can be anybody.',
    good: [{ file: 'main.tf', text: group(true) }],
    bad: [{ file: 'main.tf', text: group(false) }],
  },
  applies: (resource) =>
    isGroup(resource) ||
    isGoogle(resource) ||
    (isService(resource) && (isRedis(resource) || urlsOf(resource).length > 0)),
  check: (resource) => {
    if (isGroup(resource)) return judgeGroup(resource)
    if (isGoogle(resource)) return judgeByTable(judge, resource, google)
    const urls = urlsOf(resource).map((path): Verdict => ({ ...judgeUrl(resource, path), part: path }))
    return isRedis(resource) ? [judgeServer(resource), ...urls] : urls
  },
}

function judgeGroup(resource: Resource): readonly Verdict[] {
  const path = 'transit_encryption_enabled'
  const transit = judgeValue(judge, resource, { path, accepts: isTrue, absent: 'fail' })
  const named = ['auth_token', 'user_group_ids'].map((name) => attributeOf(resource, name))
  const written = named.filter((each) => each !== undefined && !(each.known && isEmpty(each.value)))
  const given = written.find((each) => each?.known === true || isPlain(each?.expression))
  const [open] = written
  const hidden = attributeOf(resource, '')
  const auth =
    hidden?.known === false
      ? judge.unknown(hidden.why)
      : given !== undefined
        ? judge.pass('who connects must say who it is', given)
        : open === undefined
          ? judge.fail('neither auth_token nor user_group_ids is set')
          : judge.unknown('whether who connects must say who it is is not known', open)
  return [
    { ...mended(transit, { set: path, to: true }), part: path },
    { ...auth, part: 'auth' },
  ]
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** A reference is one to something; a condition may well end in nothing. */
function isPlain(expression = ''): boolean {
  return /^(?:\$\{)?\[?\s*[\w.[\]"*-]+\s*\]?\}?$/.test(expression)
}

const google: SettingTable = {
  google_redis_instance: [
    {
      path: 'transit_encryption_mode',
      accepts: (value) => value === 'SERVER_AUTHENTICATION',
      absent: 'fail',
      to: 'SERVER_AUTHENTICATION',
    },
    { path: 'auth_enabled', accepts: isTrue, absent: 'fail', to: true },
  ],
}

function isRedis(resource: Resource): boolean {
  return /^(redis|valkey|keydb|redis-stack-server)$/.test(imageNameOf(resource) ?? '')
}

function judgeServer(resource: Resource): Verdict {
  const password = ['REDIS_PASSWORD', 'VALKEY_PASSWORD', 'REDIS_PASSWORD_FILE'].find(
    (name) => attributeOf(resource, `environment.${name}`) !== undefined,
  )
  const isBitnami = textOf(knownValueOf(resource, 'image')).includes('bitnami')
  if (password !== undefined && isBitnami) return judge.pass(`${password} is set`)
  const command = attributeOf(resource, 'command') ?? attributeOf(resource, 'entrypoint')
  if (command === undefined) return judge.fail('it asks for no password')
  if (!command.known) return judge.unknown(`its command ${command.why}`, command)
  const words = wordsOf(command.value)
  const at = words.findIndex((word) => /^--requirepass(=|$)/.test(word))
  if (at !== -1) {
    const given = words[at]?.split('=', 2)[1] ?? words[at + 1] ?? ''
    return given === '' || given.startsWith('--')
      ? judge.fail('its password is empty, which asks for none', command)
      : judge.pass('it asks for a password', command)
  }
  const unread = words.find((word) => /^--(aclfile|user)(=|$)|\.conf$/.test(word))
  return unread === undefined
    ? judge.fail('it asks for no password', command)
    : judge.unknown(`what ${unread} says was not read`, command)
}

/** A list as it is, a text taken apart at its spaces. */
function wordsOf(command: Json): readonly string[] {
  if (Array.isArray(command)) return command.map((word: Json) => textOf(word))
  const words = textOf(command).match(/"[^"]*"|'[^']*'|\S+/g) ?? []
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
}

/** Environment values that are, or by their names must be, addresses of Redis. */
function urlsOf(resource: Resource): readonly string[] {
  return childrenOf(resource, 'environment').filter((path) => {
    const value = attributeOf(resource, path)
    if (value?.known === true) return /^(rediss?|valkeys?):\/\//.test(textOf(value.value))
    return /(^|_)(REDIS|VALKEY)_?(URL|URI|DSN)$/.test(lastSegmentOf(path))
  })
}

function judgeUrl(resource: Resource, path: string): Verdict {
  const attribute = attributeOf(resource, path)
  if (attribute?.known !== true) return judge.unknown(`${path} ${attribute?.why ?? 'is not set'}`, attribute)
  const url = textOf(attribute.value)
  if (/^\w+:\/\/(?:[^@/]*@)?(?:localhost|127\.[\d.]+|\[::1\])(?=[:/?]|$)/.test(url))
    return judge.pass('the connection stays on the machine', attribute)
  return /^(rediss|valkeys):/.test(url)
    ? judge.pass('the URL is for TLS', attribute)
    : judge.fail(`${lastSegmentOf(path)} is for a connection without TLS`, attribute)
}
