/**
 * Dockerfiles as resources: one per stage. Attributes: `image`, `name`, `tag`, `digest`, `platform`, `is_final`,
 * `parent` (the stage it builds on), `user`, `healthcheck`, `workdir`, `entrypoint`, `cmd` (the effective ones,
 * inherited from parent stages), and in order `env.NAME`, `arg.NAME`, `run.N`, `copy.N`, `add.N` (flags first),
 * `expose.N`, `instruction.N.{keyword,arguments}`.
 */
import { DockerfileParser, type Copy, type From, type Instruction } from 'dockerfile-ast'
import type { GatherFault, Position, Resource } from '../evidence.ts'
import type { FileBytes } from './module/source.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value } from './value.ts'

/** Most faults reported of one file. */
const faultLimit = 20
/** Most instructions of one file: ten times what the longest known ones have. */
const instructionLimit = 2_000
const keywords = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
)
/** Instructions of which the last one counts, and that later stages inherit. */
const lastWins: Readonly<Record<string, string>> = {
  USER: 'user',
  HEALTHCHECK: 'healthcheck',
  WORKDIR: 'workdir',
  ENTRYPOINT: 'entrypoint',
  CMD: 'cmd',
}
/** Instructions that are kept in a list. */
const listed: Readonly<Record<string, string>> = { RUN: 'run', COPY: 'copy', ADD: 'add', EXPOSE: 'expose' }

/** Reads one Dockerfile; never throws. */
export function gatherDockerfile({ file, bytes }: FileBytes): Gathered {
  const text = Buffer.from(bytes).toString('utf8')
  let instructions: Instruction[]
  try {
    instructions = DockerfileParser.parse(text).getInstructions()
  } catch (error) {
    const message = `the parser refused the file: ${error instanceof Error ? error.message : String(error)}`
    return { resources: [], faults: [{ code: 'GATHER_SYNTAX', message, file, startLine: 1, endLine: 1 }] }
  }
  const reader = new DockerfileReader(file)
  for (const instruction of instructions.slice(0, instructionLimit)) reader.read(instruction)
  if (instructions.length > instructionLimit) reader.refuseRest(instructions.length)
  return reader.finish()
}

interface Stage {
  readonly name: string
  readonly position: Position
  readonly own: Map<string, Value>
  readonly lists: Map<string, Value[]>
  readonly maps: Map<'env' | 'arg', Map<string, Value>>
  readonly instructions: Value[]
  readonly parent?: Stage
  /** What the parent left, resolved when this stage began; its own instructions are not in it. */
  readonly inherited: ReadonlyMap<string, Value>
}

class DockerfileReader {
  private readonly file: string
  private readonly stages: Stage[] = []
  private readonly byName = new Map<string, Stage>()
  private readonly faults: GatherFault[] = []
  /** `ARG`s before the first `FROM`: the only ones a `FROM` sees. */
  private readonly globals = new Map<string, Value>()

  constructor(file: string) {
    this.file = file
  }

  read(instruction: Instruction): void {
    const keyword = instruction.getKeyword()
    const at = this.positionOf(instruction)
    if (!keywords.has(keyword)) {
      this.fault(`found ${keyword.slice(0, 40)}, expected an instruction`, at)
      return
    }
    if (keyword === 'FROM') this.addStage(this.stageOf(instruction, at))
    const stage = this.stages.at(-1)
    const content = contentOf(instruction)
    if (stage !== undefined) addTo(stage, { keyword, content, at })
    else if (keyword === 'ARG') for (const [key, value] of pairsOf(content, at)) this.globals.set(key, value)
    else this.fault(`found ${keyword} before the first FROM, expected ARG or FROM`, at)
  }

  /** Says that the file is longer than what was read of it. */
  refuseRest(count: number): void {
    const message = `found ${count} instructions, expected at most ${instructionLimit}`
    this.faults.push({ code: 'GATHER_TOO_MANY', message, file: this.file, startLine: 1, endLine: 1 })
  }

  finish(): Gathered {
    if (this.stages.length === 0) {
      this.fault('found no FROM, expected at least one', { file: this.file, startLine: 1, endLine: 1 })
    }
    const last = this.stages.length - 1
    const resources = this.stages.map((stage, index) => resourceOf(stage, index === last))
    return { resources, faults: this.faults }
  }

  private stageOf(instruction: Instruction, position: Position): Stage {
    // The parser makes every FROM a From; the class itself is not exported, so the keyword is the proof.
    const from = instruction as From
    const written = from.getImage() ?? ''
    const { text, missing } = substitute(written, this.globals)
    const parent = this.byName.get(text.toLowerCase())
    const name = (from.getBuildStage() ?? '').toLowerCase()
    const own = new Map<string, Value>()
    own.set('image', imageValue({ written, text, missing }, position))
    if (missing === undefined) for (const [key, part] of partsOf(text)) own.set(key, plain(part, position))
    const platform = from.getPlatformFlag()?.getValue()
    if (platform) own.set('platform', plain(platform, position))
    if (parent !== undefined) own.set('parent', plain(text.toLowerCase(), position))
    own.set('name', plain(name === '' ? String(this.stages.length) : name, position))
    return {
      name: name === '' ? String(this.stages.length) : name,
      position,
      own,
      lists: new Map(),
      maps: new Map(),
      instructions: [],
      inherited: parent === undefined ? new Map() : effectiveOf(parent),
      ...(parent === undefined ? {} : { parent }),
    }
  }

  private addStage(stage: Stage): void {
    this.stages.push(stage)
    // The first of a name counts, as for Docker.
    if (!this.byName.has(stage.name)) this.byName.set(stage.name, stage)
  }

  private positionOf(instruction: Instruction): Position {
    const { start, end } = instruction.getRange()
    return { file: this.file, startLine: start.line + 1, endLine: end.line + 1 }
  }

  private fault(message: string, at: Position): void {
    if (this.faults.length < faultLimit) this.faults.push({ code: 'GATHER_SYNTAX', message, ...at })
  }
}

/** The instruction's words; of those kept in lists with the flags in front, which the parser leaves out. */
function contentOf(instruction: Instruction): string {
  const content = instruction.getArgumentsContent() ?? ''
  if (listed[instruction.getKeyword()] === undefined || !hasFlags(instruction)) return content
  return [...instruction.getFlags().map((flag) => flag.toString()), content].join(' ')
}

function hasFlags(instruction: Instruction): instruction is Instruction & Pick<Copy, 'getFlags'> {
  return 'getFlags' in instruction
}

interface Line {
  readonly keyword: string
  readonly content: string
  readonly at: Position
}

function addTo(stage: Stage, { keyword, content, at }: Line): void {
  const entries = [
    ['keyword', plain(keyword, at)],
    ['arguments', plain(content, at)],
  ] as const
  stage.instructions.push({ kind: 'map', entries: new Map(entries), at })
  const single = lastWins[keyword]
  if (single !== undefined) stage.own.set(single, plain(content, at))
  const list = listed[keyword]
  if (list !== undefined) addToList(stage.lists, list, plain(content, at))
  if (keyword !== 'ENV' && keyword !== 'ARG') return
  const name = keyword === 'ENV' ? 'env' : 'arg'
  const map = stage.maps.get(name) ?? new Map<string, Value>()
  for (const [key, value] of pairsOf(content, at)) map.set(key, value)
  stage.maps.set(name, map)
}

function addToList(lists: Map<string, Value[]>, name: string, value: Value): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}

function resourceOf(stage: Stage, isFinal: boolean): Resource {
  const entries = new Map<string, Value>()
  for (const [key, value] of stage.inherited) entries.set(key, value)
  for (const [key, value] of stage.own) entries.set(key, value)
  for (const [key, items] of stage.lists) entries.set(key, { kind: 'list', items })
  for (const [key, map] of stage.maps) entries.set(key, { kind: 'map', entries: map })
  entries.set('instruction', { kind: 'list', items: stage.instructions })
  entries.set('is_final', { kind: 'plain', value: isFinal })
  return {
    kind: 'dockerfile',
    type: 'stage',
    name: stage.name,
    address: `stage.${stage.name}`,
    position: stage.position,
    attributes: flatten({ kind: 'map', entries }, stage.position),
  }
}

/** A stage that is named as a parent has ended: what it leaves is resolved once, and not once per descendant. */
function effectiveOf({ own, inherited }: Stage): ReadonlyMap<string, Value> {
  const effective = new Map(inherited)
  for (const key of Object.values(lastWins)) {
    const value = own.get(key)
    if (value !== undefined) effective.set(key, value)
  }
  return effective
}

function imageValue(
  { written, text, missing }: { written: string; text: string; missing: string | undefined },
  at: Position,
): Value {
  if (missing !== undefined) {
    return { kind: 'unknown', why: `is set by the build argument ${missing}`, expression: written, at }
  }
  return { kind: 'plain', value: text, ...(text === written ? {} : { expression: written }), at }
}

/** Takes tag and digest from `[registry[:port]/]name[:tag][@digest]`. */
function partsOf(image: string): [string, string][] {
  const [name = '', digest] = image.split('@')
  const tag = /:([\w][\w.-]*)$/.exec(name)?.[1]
  const parts: [string, string][] = []
  if (tag !== undefined) parts.push(['tag', tag])
  if (digest !== undefined) parts.push(['digest', digest])
  return parts
}

function substitute(
  text: string,
  values: ReadonlyMap<string, Value>,
): { text: string; missing: string | undefined } {
  let missing: string | undefined
  const filled = text.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^{}]*))?\})/g,
    (whole, bare?: string, braced?: string, fallback?: string) => {
      const value = values.get(bare ?? braced ?? '')
      if (value?.kind === 'plain' && value.value !== null) return String(value.value)
      if (fallback !== undefined) return fallback
      missing ??= bare ?? braced ?? ''
      return whole
    },
  )
  return { text: filled, missing }
}

/** Splits `A=b C="d e"` and the old `A b`; a name without a value comes from the one who builds. */
function pairsOf(content: string, at: Position): [string, Value][] {
  const old = /^([A-Za-z_][\w.-]*)[ \t]+([^=].*)$/s.exec(content)
  if (old !== null && !/^\S+=/.test(content)) return [[old[1] ?? '', plain((old[2] ?? '').trim(), at)]]
  const pairs = content.matchAll(/([A-Za-z_][\w.-]*)(?:=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s"'\\])*))?/gs)
  return [...pairs].map(([, key = '', value]) => [
    key,
    value === undefined
      ? { kind: 'unknown', why: `is set by the build argument ${key}`, at }
      : valueOf(value.replace(/^(["'])(.*)\1$/s, '$2'), at),
  ])
}

function valueOf(text: string, at: Position): Value {
  return text.includes('$')
    ? { kind: 'unknown', why: 'refers to another variable', expression: text, at }
    : plain(text, at)
}

function plain(value: string, at: Position): Value {
  return { kind: 'plain', value, at }
}
