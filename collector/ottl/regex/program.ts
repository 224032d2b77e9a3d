/** Turns a parsed pattern into instructions whose threads are run side by side (R. Cox, "Regular Expression Matching"). */
import { CollectorError } from '../../errors.ts'
import { accepts, type Assertion, type CharacterSet, type RegexNode } from './syntax.ts'

export type Instruction =
  | { readonly kind: 'set'; readonly set: CompiledSet }
  /** Goes on at both, at the first with precedence. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'match' }

/** A set with its answers for ASCII ready. */
export interface CompiledSet {
  readonly ascii: Uint8Array
  readonly set: CharacterSet
}

/** Bounds the work for one character of text, and the depth of the recursion that follows jumps. */
const maxInstructions = 4000

/**
 * Compiles a pattern; slots 2n and 2n+1 hold the ends of group n.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED where counts make it too large
 */
export function compileProgram(node: RegexNode): readonly Instruction[] {
  const program: Instruction[] = []
  emitGroup(program, 0, node)
  emit(program, { kind: 'match' })
  return program
}

function emit(program: Instruction[], instruction: Instruction): void {
  if (program.length >= maxInstructions) {
    throw new CollectorError(
      'PATTERN_UNSUPPORTED',
      `found a pattern of more than ${maxInstructions} steps, expected fewer or smaller counts`,
    )
  }
  program.push(instruction)
}

function emitNode(program: Instruction[], node: RegexNode): void {
  switch (node.kind) {
    case 'empty':
      return
    case 'set':
      emit(program, { kind: 'set', set: compileSet(node.set) })
      return
    case 'assert':
      emit(program, { kind: 'assert', assertion: node.assertion })
      return
    case 'join':
      for (const item of node.items) emitNode(program, item)
      return
    case 'group':
      emitGroup(program, node.index, node.item)
      return
    case 'choose':
      emitChoice(program, node.items)
      return
    case 'repeat':
      emitRepeat(program, node)
  }
}

function emitGroup(program: Instruction[], index: number, item: RegexNode): void {
  emit(program, { kind: 'save', slot: index * 2 })
  emitNode(program, item)
  emit(program, { kind: 'save', slot: index * 2 + 1 })
}

function emitChoice(program: Instruction[], items: readonly RegexNode[]): void {
  const jumps: { to: number }[] = []
  items.forEach((item, at) => {
    const isLast = at === items.length - 1
    const split = { kind: 'split' as const, first: program.length + 1, second: 0 }
    if (!isLast) emit(program, split)
    emitNode(program, item)
    if (isLast) return
    const jump = { kind: 'jump' as const, to: 0 }
    emit(program, jump)
    jumps.push(jump)
    split.second = program.length
  })
  for (const jump of jumps) jump.to = program.length
}

function emitRepeat(
  program: Instruction[],
  { item, least, most, lazy }: RegexNode & { kind: 'repeat' },
): void {
  for (let count = 0; count < least; count++) emitNode(program, item)
  if (most === Infinity) {
    const start = program.length
    const leave = emitOption(program, lazy)
    emitNode(program, item)
    emit(program, { kind: 'jump', to: start })
    leave(program.length)
    return
  }
  const leaves: ((to: number) => void)[] = []
  for (let count = least; count < most; count++) {
    leaves.push(emitOption(program, lazy))
    emitNode(program, item)
  }
  for (const leave of leaves) leave(program.length)
}

/** Emits the choice between going on and leaving, and answers how to say where leaving leads. */
function emitOption(program: Instruction[], lazy: boolean): (to: number) => void {
  const split = { kind: 'split' as const, first: program.length + 1, second: program.length + 1 }
  emit(program, split)
  return (to) => {
    if (lazy) split.first = to
    else split.second = to
  }
}

function compileSet(set: CharacterSet): CompiledSet {
  return { ascii: Uint8Array.from({ length: 128 }, (_, point) => (accepts(set, point) ? 1 : 0)), set }
}
