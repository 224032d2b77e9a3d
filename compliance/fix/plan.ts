/** Which files a fix would write, and what it cannot mend. Pure: the texts of files arrive as an argument. */
import type { Mend } from '../controls/control.ts'
import type { Position, Resource } from '../evidence.ts'
import { parseHcl } from '../gather/hcl/parse.ts'
import { edited, FixStop, lineEnd } from './edit.ts'
import { mendHcl } from './hcl.ts'
import { hclPieces, saysTheSame, yamlPieces, type Piece, type Placed } from './pieces.ts'
import { faulty, isYaml, mendYaml } from './yaml.ts'

/** A failing verdict that a machine may mend. */
export interface Wanted {
  readonly control: string
  readonly resource: Resource
  readonly mend: readonly Mend[]
  /** Where the verdict points. */
  readonly at: Position
}

export interface FixedFile {
  readonly file: string
  readonly before: string
  readonly after: string
  /** Verdicts that were mended in it. */
  readonly made: readonly Wanted[]
}

export interface Refused {
  readonly wanted: Wanted
  readonly why: string
}

export interface FixPlan {
  readonly files: readonly FixedFile[]
  readonly refused: readonly Refused[]
}

/**
 * Plans all mends, file by file. The mends of one verdict are made together or not at all.
 *
 * @param textOf text of a file; undefined for one that cannot be read
 */
export function planFixes(wanted: readonly Wanted[], textOf: (file: string) => string | undefined): FixPlan {
  const files: FixedFile[] = []
  const refused: Refused[] = []
  for (const [file, ofFile] of Map.groupBy(wanted, fileOf)) {
    const before = textOf(file)
    if (before === undefined) {
      refused.push(...ofFile.map((each) => ({ wanted: each, why: 'the file cannot be read' })))
      continue
    }
    const fixed = fixedInPieces(before, ofFile) ?? fixedAsWhole(before, ofFile)
    refused.push(...fixed.refused)
    if (fixed.text !== before) files.push({ file, before, after: fixed.text, made: fixed.made })
  }
  return { files, refused }
}

type Fixed = Pick<FileFixer, 'text' | 'made' | 'refused'>

function fixedAsWhole(before: string, wanted: readonly Wanted[]): Fixed {
  const fixer = new FileFixer(before)
  // From the end of the file: what is written below moves no line above.
  for (const each of wanted.toSorted((left, right) => lineOf(right) - lineOf(left))) fixer.take(each)
  return fixer
}

/** Mends each part of a file by itself; undefined where the parts are not apart, or are no longer when put together. */
function fixedInPieces(before: string, wanted: readonly Wanted[]): Fixed | undefined {
  const kind = wanted[0]?.resource.kind
  const isSplit = wanted.every(
    ({ resource, mend }) =>
      resource.kind === kind &&
      !isByLines(mend) &&
      (kind === 'terraform' || mend.every((each) => !('after' in each))),
  )
  const byLine = Map.groupBy(wanted, lineOf)
  if (!isSplit || byLine.size < 2) return undefined
  const find =
    kind === 'terraform' ? hclPieces : kind === 'compose' || kind === 'kubernetes' ? yamlPieces : undefined
  const pieces = find?.(before, [...byLine.keys()])
  if (pieces === undefined) return undefined
  const fixed = joined(before, pieces, (piece, text) => {
    const moved = (byLine.get(piece.first) ?? []).map((each) => ({
      each,
      there: movedUp(each, piece.first - 1),
    }))
    const fixer = new FileFixer(text)
    for (const { there } of moved) fixer.take(there)
    const origin = new Map(moved.map(({ each, there }) => [there, each]))
    return {
      text: fixer.text,
      made: fixer.made.flatMap((there) => origin.get(there) ?? []),
      refused: fixer.refused.map(({ wanted: there, why }) => ({ wanted: origin.get(there) ?? there, why })),
    }
  })
  const hasFaults = fixed.refused.some(({ why }) => why === faulty)
  const isSound =
    kind === 'terraform'
      ? parseHcl(Buffer.from(fixed.text, 'utf8')).faults.length === 0
      : saysTheSame(fixed.text, fixed.placed)
  return isSound && !hasFaults ? fixed : undefined
}

/** Puts a file together again from what became of its pieces; the last are told first, as they always were. */
function joined(
  before: string,
  pieces: readonly Piece[],
  fix: (piece: Piece, text: string) => Fixed,
): Fixed & { readonly placed: readonly Placed[] } {
  const lines = before.split('\n')
  const out: string[] = []
  const placed: Placed[] = []
  const all: Fixed[] = []
  let [at, line] = [0, 1]
  const add = (text: string) => {
    out.push(text)
    line += text.split('\n').length - 1
  }
  for (const piece of pieces.toSorted((left, right) => left.first - right.first)) {
    add(textOfLines(lines, at, piece.first - 1))
    const fixed = fix(piece, textOfLines(lines, piece.first - 1, piece.last))
    if (fixed.made.length > 0) placed.push({ line, text: fixed.text })
    add(fixed.text)
    all.unshift(fixed)
    at = piece.last
  }
  out.push(textOfLines(lines, at, lines.length))
  return {
    text: out.join(''),
    made: all.flatMap(({ made }) => made),
    refused: all.flatMap(({ refused }) => refused),
    placed,
  }
}

/** Lines from `first` to before `end`, counted from 0, each with its newline; the last of a file has none. */
function textOfLines(lines: readonly string[], first: number, end: number): string {
  const text = lines.slice(first, end).join('\n')
  return end < lines.length && end > first ? `${text}\n` : text
}

function movedUp(wanted: Wanted, by: number): Wanted {
  const up = ({ file, startLine, endLine }: Position) => ({
    file,
    startLine: startLine - by,
    endLine: endLine - by,
  })
  const { resource, at } = wanted
  return { ...wanted, resource: { ...resource, position: up(resource.position) }, at: up(at) }
}

function isByLines(mend: readonly Mend[]): boolean {
  return mend.some((each) => 'instead' in each)
}

function fileOf({ resource, at, mend }: Wanted): string {
  return isByLines(mend) ? at.file : resource.position.file
}

function lineOf({ resource, at, mend }: Wanted): number {
  return isByLines(mend) ? at.startLine : resource.position.startLine
}

class FileFixer {
  text: string
  readonly made: Wanted[] = []
  readonly refused: Refused[] = []
  /** Mends that were made, by line and what they mend: instances of one block want the same. */
  private done = new Map<string, string>()

  constructor(text: string) {
    this.text = text
  }

  take(wanted: Wanted): void {
    const before = this.text
    const doneBefore = new Map(this.done)
    try {
      refuseForeign(wanted)
      for (const mend of wanted.mend) this.make(wanted, mend)
      if (!isSound(wanted, this.text)) throw new FixStop('the file would have faults')
      this.made.push(wanted)
    } catch (error) {
      if (!(error instanceof FixStop)) throw error
      this.text = before
      this.done = doneBefore
      this.refused.push({ wanted, why: error.message })
    }
  }

  private make(wanted: Wanted, mend: Mend): void {
    const place = `${lineOf(wanted)} ${targetOf(mend)}`
    const text = JSON.stringify(mend)
    const earlier = this.done.get(place)
    if (earlier === text) return
    if (earlier !== undefined) throw new FixStop('another mend wants another value there')
    this.text = mended(this.text, wanted, mend)
    this.done.set(place, text)
  }
}

function targetOf(mend: Mend): string {
  if ('set' in mend) return mend.set
  if ('remove' in mend) return mend.remove
  return JSON.stringify(mend)
}

function refuseForeign({ resource: { kind, scope, position } }: Wanted): void {
  if (/(?:^|\/)\.terraform\//.test(position.file)) throw new FixStop('it stands in a fetched module')
  if (position.file.endsWith('.json')) throw new FixStop('files of JSON are written by machines')
  if (kind === 'kubernetes' && scope !== undefined) throw new FixStop('Terraform writes it in its own shape')
  if (
    !['terraform', 'compose', 'dockerfile', 'kubernetes', 'workflow', 'prometheus', 'alertmanager'].includes(
      kind,
    )
  ) {
    throw new FixStop(`nothing mends what is found by ${kind}`)
  }
}

function mended(text: string, wanted: Wanted, mend: Mend): string {
  const { kind, position } = wanted.resource
  if ('instead' in mend) return replaceLines(text, wanted.at, mend.instead)
  if (kind === 'terraform') return mendTerraform(text, position.startLine, mend)
  if (kind === 'dockerfile') return mendDockerfile(text, position.startLine, mend)
  if (!('after' in mend)) {
    return mendYaml({ source: text, line: position.startLine, name: wanted.resource.name }, mend)
  }
  if (kind !== 'kubernetes') throw new FixStop('nothing stands behind it')
  return `${text.trimEnd()}\n---\n${mend.after.replace(/^---\n/, '').trim()}\n`
}

function mendTerraform(text: string, line: number, mend: Exclude<Mend, { instead: string }>): string {
  const bytes = Buffer.from(text, 'utf8')
  const { body, lines, source } = parseHcl(bytes)
  const block = body.blocks.find(({ start }) => lines.lineOf(start) === line)
  if (block === undefined) throw new FixStop(`no block begins on line ${line}`)
  return Buffer.from(mendHcl({ source, block }, mend), 'latin1').toString('utf8')
}

/** An instruction goes behind the last one of its stage. */
function mendDockerfile(text: string, line: number, mend: Exclude<Mend, { instead: string }>): string {
  if (!('after' in mend)) throw new FixStop('an instruction has no parts that could be set')
  const from = offsetOfLine(text, line)
  const behind = lineEnd(text, from)
  const next = /^[ \t]*FROM[ \t]/im.exec(text.slice(behind))
  const stage = text.slice(0, next === null ? text.length : behind + next.index).trimEnd()
  return edited(text, { start: stage.length, end: stage.length, text: `\n${mend.after.trim()}` })
}

function replaceLines(text: string, { startLine, endLine }: Position, instead: string): string {
  const start = offsetOfLine(text, startLine)
  const end = lineEnd(text, offsetOfLine(text, endLine))
  const newline = text[end - 1] === '\n' ? '\n' : ''
  return edited(text, { start, end, text: `${instead.replace(/\n$/, '')}${newline}` })
}

function offsetOfLine(text: string, line: number): number {
  let at = 0
  for (let each = 1; each < line; each += 1) {
    const next = text.indexOf('\n', at)
    if (next === -1) throw new FixStop(`there is no line ${line}`)
    at = next + 1
  }
  return at
}

function isSound({ resource: { kind }, mend }: Wanted, text: string): boolean {
  if (kind === 'terraform') return parseHcl(Buffer.from(text, 'utf8')).faults.length === 0
  // What sets or removes a value of YAML is looked at where it is made.
  const isWhole = mend.every((each) => 'set' in each || 'remove' in each)
  return kind === 'dockerfile' || isWhole || isYaml(text)
}
