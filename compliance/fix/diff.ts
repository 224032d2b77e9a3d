/** Unified differences of two texts, as `patch` reads them. Pure. */

/** Lines around a change that are shown. */
const around = 3
/** Most lines that may differ; above that the middle is shown as replaced. */
const differenceLimit = 2_000

interface Step {
  readonly sign: ' ' | '-' | '+'
  readonly line: string
}

/** Changes lines for whoever reads them; as many lines come out as went in. */
type Show = (lines: readonly string[]) => readonly string[]

/**
 * Writes the difference; nothing for equal texts.
 *
 * @param show what stands in a file is shown as it is when absent
 */
export function unifiedDiff(
  file: string,
  before: string,
  after: string,
  show: Show = (lines) => lines,
): string {
  if (before === after) return ''
  const steps = shown(stepsBetween(linesOf(before), linesOf(after)), show)
  const hunks = hunksOf(steps).map(({ from, to }) => hunkText(steps, from, to))
  const [name = ''] = show([file])
  return `--- a/${name}\n+++ b/${name}\n${hunks.join('')}`
}

/** Lines are shown without what ends them: the end is kept. */
function shown(steps: readonly Step[], show: Show): Step[] {
  const ends = steps.map(({ line }) => /\r?\n?$/.exec(line)?.[0] ?? '')
  const texts = show(steps.map(({ line }, at) => line.slice(0, line.length - (ends[at] ?? '').length)))
  return steps.map(({ sign }, at) => ({ sign, line: `${texts[at] ?? ''}${ends[at] ?? ''}` }))
}

/** Lines with their newline. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function stepsBetween(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1
  }
  const keep = (line: string): Step => ({ sign: ' ', line })
  return [
    ...before.slice(0, start).map(keep),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(keep),
  ]
}

/** Shortest edit by Myers' greedy algorithm (1986), bounded. */
function middle(before: readonly string[], after: readonly string[]): Step[] {
  const replaced: Step[] = [
    ...before.map((line): Step => ({ sign: '-', line })),
    ...after.map((line): Step => ({ sign: '+', line })),
  ]
  const ends = new Map([[1, 0]])
  const trace: Map<number, number>[] = []
  for (let distance = 0; distance <= Math.min(differenceLimit, before.length + after.length); distance += 1) {
    trace.push(new Map(ends))
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let x = isDown(ends, diagonal, distance)
        ? (ends.get(diagonal + 1) ?? 0)
        : (ends.get(diagonal - 1) ?? 0) + 1
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1
      ends.set(diagonal, x)
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after)
    }
  }
  return replaced
}

function isDown(ends: ReadonlyMap<number, number>, diagonal: number, distance: number): boolean {
  if (diagonal === -distance) return true
  return diagonal !== distance && (ends.get(diagonal - 1) ?? -1) < (ends.get(diagonal + 1) ?? -1)
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Step[] {
  const steps: Step[] = []
  let [x, y] = [before.length, after.length]
  for (let distance = trace.length - 1; distance >= 0; distance -= 1) {
    const ends = trace[distance] ?? new Map<number, number>()
    const down = isDown(ends, x - y, distance)
    const diagonal = down ? x - y + 1 : x - y - 1
    const fromX = ends.get(diagonal) ?? 0
    const fromY = fromX - diagonal
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      steps.push({ sign: ' ', line: before[x - 1] ?? '' })
      x -= 1
      y -= 1
    }
    if (distance === 0) break
    steps.push(down ? { sign: '+', line: after[y - 1] ?? '' } : { sign: '-', line: before[x - 1] ?? '' })
    x = fromX
    y = fromY
  }
  return steps.reverse()
}

function hunksOf(steps: readonly Step[]): { from: number; to: number }[] {
  const hunks: { from: number; to: number }[] = []
  for (const [index, { sign }] of steps.entries()) {
    if (sign === ' ') continue
    const [from, to] = [Math.max(0, index - around), Math.min(steps.length, index + around + 1)]
    const last = hunks.at(-1)
    if (last !== undefined && from <= last.to) last.to = to
    else hunks.push({ from, to })
  }
  return hunks
}

function hunkText(steps: readonly Step[], from: number, to: number): string {
  const count = (part: readonly Step[], without: Step['sign']) =>
    part.filter(({ sign }) => sign !== without).length
  const [lead, own] = [steps.slice(0, from), steps.slice(from, to)]
  const range = (without: Step['sign']) => {
    const size = count(own, without)
    const first = count(lead, without) + (size === 0 ? 0 : 1)
    return size === 1 ? String(first) : `${first},${size}`
  }
  const lines = own.map(({ sign, line }) =>
    line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`,
  )
  return `@@ -${range('+')} +${range('-')} @@\n${lines.join('')}`
}
