/**
 * `pg_hba.conf` of a repository as one resource `hba_rule` per line, in the words of `pg_hba_file_rules`: `type`,
 * `database`, `user_name`, `address`, `netmask`, `auth_method`, `options` (PostgreSQL documentation, "The pg_hba.conf
 * File"). What `include` brings in is unknown.
 */
import type { GatherFault, Position, Resource } from '../evidence.ts'
import type { FileReader } from './file-reader.ts'
import type { FileBytes } from './module/source.ts'
import type { Gathered } from './terraform.ts'
import { flatten, valueOfJson, type Value } from './value.ts'

/** Most rules of one file: ten times what the longest known ones have. */
const ruleLimit = 2_000
const faultLimit = 20
const types: ReadonlySet<string> = new Set([
  'local',
  'host',
  'hostssl',
  'hostnossl',
  'hostgssenc',
  'hostnogssenc',
])

export const pgHba: FileReader = {
  kind: 'repository',
  path: /(?:^|\/)pg_hba(?:[.-][^/]*)?\.conf(?:\.(?:sample|template|tmpl|j2|example))?$/i,
  read: readRules,
}

function readRules({ file, bytes }: FileBytes): Gathered {
  const resources: Resource[] = []
  const faults: GatherFault[] = []
  let line = 0
  for (const text of Buffer.from(bytes).toString('utf8').split('\n')) {
    line += 1
    const words = wordsOf(text)
    const [first] = words
    if (first === undefined) continue
    const at: Position = { file, startLine: line, endLine: line }
    const value = ruleOf(words)
    if (typeof value === 'string') {
      if (faults.length < faultLimit)
        faults.push({ code: 'GATHER_SYNTAX', message: value, ...at, hides: ['repository'] })
    } else if (resources.length >= ruleLimit) {
      const message = `more than ${ruleLimit} rules: the rest is not read`
      faults.push({ code: 'GATHER_TOO_MANY', message, ...at, hides: ['repository'] })
      break
    } else {
      resources.push(resourceOf(value, at))
    }
  }
  return { resources, faults }
}

function resourceOf(value: Value, position: Position): Resource {
  const name = String(position.startLine)
  return {
    kind: 'repository',
    type: 'hba_rule',
    name,
    address: `hba_rule.${name}`,
    position,
    attributes: flatten(value, position),
  }
}

/** Splits at blanks; quotes keep them, a hash begins a comment. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/#.*|"([^"]*)"|[^\s"#]+/g)]
    .filter(([word]) => !word.startsWith('#'))
    .map(([word, quoted]) => quoted ?? word)
}

/** Reads one rule, or says what is wrong with it. */
function ruleOf(words: readonly string[]): Value | string {
  const [type = '', database = '', user = '', ...rest] = words
  if (/^include(_if_exists|_dir)?$/.test(type))
    return { kind: 'unknown', why: 'stands in a file that is not read' }
  if (words.some((word) => /\{\{|\$\{|<%/.test(word)))
    return { kind: 'unknown', why: 'is filled in by a template' }
  if (!types.has(type)) return `found ${JSON.stringify(type.slice(0, 40))}, expected local or host`
  const where = type === 'local' ? { address: undefined, netmask: undefined, rest } : placeOf(rest)
  const [method, ...options] = where.rest
  if (user === '' || method === undefined) return 'found too few fields'
  return valueOfJson({
    type,
    database: database.split(','),
    user_name: user.split(','),
    ...(where.address === undefined ? {} : { address: where.address }),
    ...(where.netmask === undefined ? {} : { netmask: where.netmask }),
    auth_method: method,
    options,
  })
}

interface Place {
  readonly address: string | undefined
  readonly netmask: string | undefined
  readonly rest: readonly string[]
}

/** An address with its length, with a mask in a field of its own, or a name. */
function placeOf([address = '', ...rest]: readonly string[]): Place {
  const [network = '', length] = address.split('/')
  if (length !== undefined) return { address: network, netmask: maskOf(network, Number(length)), rest }
  const [mask = ''] = rest
  const isMask = /^\d+\.\d+\.\d+\.\d+$/.test(mask) || (mask.includes(':') && network.includes(':'))
  return isMask ? { address, netmask: mask, rest: rest.slice(1) } : { address, netmask: undefined, rest }
}

/** The mask as PostgreSQL shows it; of IPv6 only whether it is empty matters here. */
function maskOf(network: string, length: number): string {
  if (network.includes(':')) return length === 0 ? '::' : `ffff::/${length}`
  const bits = length === 0 ? 0 : (0xff_ff_ff_ff << (32 - length)) >>> 0
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.')
}
