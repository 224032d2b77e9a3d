/**
 * nginx as resources: `http`, `server`, `location` and `upstream`, each with the directives that hold in it by name
 * (`ssl_protocols`: `TLSv1.2 TLSv1.3`), those that may stand several times as lists (`add_header.0`, `listen.0`), and
 * conditions apart (`if.0.condition`, `if.0.return`). A server has its `context` (`http`, `stream`, `mail`); a location
 * its `match` (`= /health`) and, from its server, `listen` and `server_name`. `map` and `geo` count where they give one
 * value in every case; other variables stand in the text. Where something around a block was not scanned, more may hold
 * in it than is written: `*` says so.
 */
import type { GatherFault, Resource } from '../../evidence.ts'
import type { FileReader, FileSet } from '../file-reader.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, type Value } from '../value.ts'
import {
  constantsOf,
  effectiveIn,
  missingIn,
  positionOf,
  type Constants,
  type Effective,
} from './effective.ts'
import { NginxFiles } from './includes.ts'
import type { Directive } from './parse.ts'

const path =
  /(?:^|\/)[^/]+\.conf(?:\.template|\.tmpl)?$|(?:^|\/)[^/]*nginx[^/]*\.(?:template|tmpl)$|(?:^|\/)(?:nginx|snippets|conf\.d|sites-available|sites-enabled|includes)\/(?:[^/.]+|[^/]+\.(?:inc|template|params|nginx))$/
const block =
  /(?:^|[;{}])[ \t]*(?:events|http|server|stream|mail|upstream\s+[\w.-]+|location\s[^;{}\n]*)\s*\{/m
/** HOCON has such blocks too, and no semicolons. */
const semicolon = /;[ \t]*(?:[#}]|$|[a-z_]+[ \t])/m

function recognises(text: string): boolean {
  return block.test(text) && semicolon.test(text)
}

export const nginxReader: FileReader = {
  kind: 'nginx',
  path,
  recognises,
  readsOthers: true,
  read: ({ file }, files) => gatherNginx(file, files),
}

/** Which files begin a configuration, found once for the files of a scan: they do not change. */
const known = new WeakMap<FileSet, { readonly files: NginxFiles; readonly roots: ReadonlySet<string> }>()

/** Reads the configuration that begins with a file; nothing where another file includes it. */
function gatherNginx(file: string, set: FileSet): Gathered {
  const { files, roots } = configurationsOf(set)
  if (!roots.has(file)) return { resources: [], faults: faultsIn(files, [file]) }
  const { directives, isCut, read } = files.expand(file)
  const others = [...read].filter((each) => each === file || !recognises(set.textOf(each) ?? ''))
  const faults = faultsIn(files, others)
  if (isCut) {
    const message = 'the includes make more directives than are read of one configuration'
    faults.push({ code: 'GATHER_TOO_MANY', message, file, startLine: 1, endLine: 1 })
  }
  return { resources: new Collector(constantsOf(directives)).collect(directives), faults }
}

function faultsIn(files: NginxFiles, paths: readonly string[]): GatherFault[] {
  return paths.flatMap((file) => {
    const { fault } = files.fileAt(file)
    if (fault === undefined) return []
    const { line, message } = fault
    return [{ code: 'GATHER_SYNTAX', message, file, startLine: line, endLine: line }]
  })
}

function configurationsOf(set: FileSet): { readonly files: NginxFiles; readonly roots: ReadonlySet<string> } {
  const before = known.get(set)
  if (before !== undefined) return before
  const paths = set.paths.filter((each) => path.test(each.replaceAll('\\', '/')))
  const files = new NginxFiles(set, paths)
  const own = paths.filter((each) => recognises(set.textOf(each) ?? ''))
  const includes = new Map(own.map((each) => [each, files.includedBy(each)]))
  const included = new Set([...includes].flatMap(([from, found]) => found.filter((each) => each !== from)))
  const roots = new Set(own.filter((each) => !included.has(each)))
  const reached = new Set<string>()
  const reach = (each: string) => {
    const open = [each]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue
      reached.add(next)
      open.push(...(includes.get(next) ?? files.includedBy(next)))
    }
  }
  for (const root of roots) reach(root)
  // Files that include each other in a circle have no beginning: one of them is taken for it.
  for (const each of own) {
    if (reached.has(each)) continue
    roots.add(each)
    reach(each)
  }
  const answer = { files, roots }
  known.set(set, answer)
  return answer
}

interface Surroundings {
  readonly outer: Effective
  readonly context: 'http' | 'stream' | 'mail'
  /** Why more may hold here than is written. */
  readonly open: string | undefined
}

const contexts = ['http', 'stream', 'mail'] as const

class Collector {
  private readonly resources: Resource[] = []
  private readonly addresses = new Map<string, number>()
  private readonly constants: Constants

  constructor(constants: Constants) {
    this.constants = constants
  }

  collect(directives: readonly Directive[]): readonly Resource[] {
    for (const context of contexts) {
      for (const each of directives.filter(({ name }) => name === context)) this.addContext(each, context)
    }
    // A file of `conf.d` without the file that includes it.
    const around: Surroundings = {
      outer: effectiveIn(directives.filter(isLone), { outer: new Map(), constants: this.constants }),
      context: 'http',
      open: missingIn(directives) ?? 'the http block around it was not scanned',
    }
    this.addServers(directives, around)
    return this.resources
  }

  private addContext(directive: Directive, context: (typeof contexts)[number]): void {
    const inner = directive.block ?? []
    const open = missingIn(inner)
    const outer = effectiveIn(inner, { outer: new Map(), constants: this.constants })
    if (context === 'http') this.add(directive, { type: 'http', name: 'http' }, { entries: outer, open })
    this.addServers(inner, { outer, context, open })
  }

  private addServers(directives: readonly Directive[], around: Surroundings): void {
    for (const each of directives) {
      if (each.name === 'server' && each.block !== undefined) this.addServer(each, around)
      if (each.name === 'upstream') this.addUpstream(each)
      if (each.name === 'location') this.addLocation(each, around, 'server')
    }
  }

  private addUpstream(directive: Directive): void {
    const entries = effectiveIn(directive.block ?? [], { outer: new Map(), constants: this.constants })
    const open = missingIn(directive.block ?? [])
    this.add(directive, { type: 'upstream', name: directive.args[0] ?? '' }, { entries, open })
  }

  private addServer(directive: Directive, around: Surroundings): void {
    const inner = directive.block ?? []
    const open = missingIn(inner) ?? around.open
    const effective = effectiveIn(inner, { outer: around.outer, constants: this.constants })
    const name = nameOf(effective)
    const context: Value = { kind: 'plain', value: around.context }
    const entries = new Map([...effective, ['context', context] as const])
    this.add(directive, { type: 'server', name }, { entries, open })
    const locations = inner.filter((each) => each.name === 'location')
    for (const each of locations) this.addLocation(each, { ...around, outer: entries, open }, name)
  }

  private addLocation(directive: Directive, around: Surroundings, server: string): void {
    const inner = directive.block ?? []
    const open = missingIn(inner) ?? around.open
    const match = directive.args.join(' ')
    const effective = effectiveIn(inner, { outer: around.outer, constants: this.constants })
    const entries = new Map([...effective, ['match', { kind: 'plain', value: match }] as const])
    this.add(directive, { type: 'location', name: `${server} ${match}` }, { entries, open })
    const nested = inner.filter((each) => each.name === 'location')
    for (const each of nested) this.addLocation(each, { ...around, outer: entries, open }, server)
  }

  private add(
    directive: Directive,
    { type, name }: Pick<Resource, 'type' | 'name'>,
    { entries, open }: { readonly entries: Effective; readonly open: string | undefined },
  ): void {
    const position = positionOf(directive)
    const value: Value = { kind: 'map', entries, ...(open === undefined ? {} : { open }) }
    const base = `${type}.${name}`
    // Twins of one name are counted in the order they are written.
    const count = (this.addresses.get(base) ?? 0) + 1
    this.addresses.set(base, count)
    const address = count === 1 ? base : `${base}#${count}`
    this.resources.push({
      kind: 'nginx',
      type,
      name,
      address,
      position,
      attributes: flatten(value, position),
    })
  }
}

/** A directive of a file that stands for itself, outside of every block. */
function isLone({ block: inner, name }: Directive): boolean {
  return inner === undefined && name !== 'include'
}

/** A server by its first name and where it listens: `campus.example:443 ssl`. */
function nameOf(effective: Effective): string {
  const [names, listens] = ['server_name', 'listen'].map((each) => effective.get(each))
  const first = (value: Value | undefined): string => {
    const plain = value?.kind === 'list' ? value.items[0] : value
    return plain?.kind === 'plain' ? String(plain.value) : ''
  }
  const port = /^(?:\S*:)?(\d+)/.exec(first(listens))?.[1] ?? '80'
  return `${first(names).split(' ')[0] ?? ''}:${port}`
}
