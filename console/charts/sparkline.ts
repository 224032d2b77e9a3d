/** A small line without axes, as a path of a drawing. Pure. */

/** Paths in a box: the line, and the area under it. A line of nothing is empty. */
export function sparkPaths(
  values: readonly (number | null)[],
  { width, height }: { readonly width: number; readonly height: number },
): { readonly line: string; readonly area: string } {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return { line: '', area: '' }
  const low = Math.min(0, ...known)
  const high = Math.max(...known)
  const x = (at: number) => round((at / Math.max(1, values.length - 1)) * width)
  // A line of one height lies on the ground, not on the ceiling.
  const y = (value: number) => round(high === low ? height : height - ((value - low) / (high - low)) * height)
  const line: string[] = []
  const area: string[] = []
  for (const run of runsOf(values)) {
    const points = run.map(([at, value]) => `${x(at)} ${y(value)}`)
    const [first = [0, 0]] = run
    const last = run.at(-1) ?? first
    line.push(`M${points.join('L')}`)
    area.push(`M${x(first[0])} ${height}L${points.join('L')}L${x(last[0])} ${height}Z`)
  }
  return { line: line.join(''), area: area.join('') }
}

/** Parts a row at its gaps; a single figure is no line. */
function runsOf(values: readonly (number | null)[]): readonly (readonly (readonly [number, number])[])[] {
  const runs: [number, number][][] = [[]]
  for (const [at, value] of values.entries()) {
    if (value === null) runs.push([])
    else runs.at(-1)?.push([at, value])
  }
  return runs.filter((run) => run.length > 1)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
