/**
 * What holds in each block of nginx: its own directives, and of the blocks around it those it does not write itself.
 * A directive that may stand several times is taken over as a whole or not at all (nginx.org, "add_header": "inherited
 * from the previous configuration level if and only if there are no add_header directives defined on the current level").
 */
import type { Position } from '../../evidence.ts'
import type { Value } from '../value.ts'
import type { Directive } from './parse.ts'

/** Directives that may stand several times in one block. */
const repeated = new Set(
  `access_log add_header add_trailer allow deny error_log error_page fastcgi_param geo grpc_set_header limit_conn
  limit_conn_zone limit_req limit_req_zone listen log_format proxy_cache_path proxy_cookie_path proxy_hide_header
  proxy_set_header resolver rewrite server set set_real_ip_from split_clients ssl_certificate ssl_certificate_key
  ssl_conf_command sub_filter uwsgi_param`.split(/\s+/),
)
/** Directives that hold in their own block only. */
const own = new Set(
  `alias break empty_gif fastcgi_pass grpc_pass if internal memcached_pass proxy_pass return rewrite scgi_pass set
  stub_status try_files uwsgi_pass`.split(/\s+/),
)

export type Effective = ReadonlyMap<string, Value>

/** Stays where the files it names were not scanned. */
const missingInclude = 'include'

/** Values of variables that are always the same, whatever is asked: by name, with the dollar. */
export type Constants = ReadonlyMap<string, string>

interface Around {
  /** What holds around the block. */
  readonly outer: Effective
  readonly constants: Constants
}

/** Reads what holds in a block. `*` says why more may hold there. */
export function effectiveIn(block: readonly Directive[], { outer, constants }: Around): Effective {
  const entries = new Map<string, Value>()
  const mine = Map.groupBy(
    block.filter((each) => each.block === undefined && each.name !== missingInclude),
    ({ name }) => name,
  )
  for (const [name, value] of outer) if (!mine.has(name) && !own.has(name)) entries.set(name, value)
  for (const [name, directives] of mine) entries.set(name, valueOf(name, directives, constants))
  const conditions = block.filter(({ name }) => name === 'if')
  if (conditions.length > 0) {
    const items = conditions.map((each) => conditionOf(each, constants))
    entries.set('if', { kind: 'list', items })
  }
  return entries
}

/** Names the includes of a block that were not scanned. */
export function missingIn(block: readonly Directive[]): string | undefined {
  const missing = block.find(({ name }) => name === missingInclude)
  return missing === undefined ? undefined : `includes ${missing.args[0] ?? ''}, which was not scanned`
}

/** Finds variables that a `map` or `set` gives one value in every case. */
export function constantsOf(directives: readonly Directive[]): Constants {
  const values = new Map<string, Set<string>>()
  const note = (name: string | undefined, value: string) => {
    if (name?.startsWith('$') === true) values.set(name, (values.get(name) ?? new Set()).add(value))
  }
  const look = (block: readonly Directive[], isAlways: boolean) => {
    for (const each of block) {
      if (each.name === 'map') noteMap(each, (value) => note(each.args[1], value))
      // Where it is set in one place only, it is empty in the others.
      else if (each.name === 'set')
        note(each.args[0], isAlways ? (each.args[1] ?? '') : `${each.args[1] ?? ''}$`)
      if (each.block !== undefined && each.name !== 'map') look(each.block, false)
    }
  }
  look(directives, true)
  return new Map(
    [...values].flatMap(([name, [value = '', ...others]]) =>
      others.length === 0 && !value.includes('$') ? [[name, value] as const] : [],
    ),
  )
}

const mapWords = new Set(['hostnames', 'volatile', 'include'])

function noteMap({ block = [] }: Directive, note: (value: string) => void): void {
  for (const { name, args } of block) if (!mapWords.has(name)) note(args[0] ?? '')
  if (block.some(({ name }) => name === 'include')) note('$')
  // Without a default it is empty for what nobody named.
  if (!block.some(({ name }) => name === 'default')) note('')
}

function valueOf(name: string, directives: readonly Directive[], constants: Constants): Value {
  const items = directives.map((each): Value => ({
    kind: 'plain',
    value: textOf(each, constants),
    at: positionOf(each),
  }))
  const last = items.at(-1)
  return repeated.has(name) || last === undefined ? { kind: 'list', items } : last
}

function textOf({ args }: Directive, constants: Constants): string {
  const text = args.join(' ')
  return text.includes('$')
    ? text.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, braced?: string, plain?: string) => {
        const name = `$${braced ?? plain ?? ''}`
        return constants.get(name) ?? whole
      })
    : text
}

/** An `if` holds for some requests: what stands in it is kept apart, with its condition. */
function conditionOf(directive: Directive, constants: Constants): Value {
  const inner = effectiveIn(directive.block ?? [], { outer: new Map(), constants })
  const condition = directive.args.join(' ').replace(/^\(\s*|\s*\)$/g, '')
  const entries = new Map<string, Value>([['condition', { kind: 'plain', value: condition }], ...inner])
  return { kind: 'map', entries, at: positionOf(directive) }
}

export function positionOf({ file, startLine, endLine }: Directive): Position {
  return { file, startLine, endLine }
}
