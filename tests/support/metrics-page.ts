/** Reads one figure off a `/metrics` page. */

/** Adds up all series of a metric whose labels contain every given pair; a metric that is absent adds up to 0. */
export async function metricTotal(
  address: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const response = await fetch(address, { signal: AbortSignal.timeout(60_000) })
  const page = await response.text()
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  return page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((pair) => line.includes(pair)))
    .reduce((sum, line) => sum + Number(valueOf(line)), 0)
}

/** The value stands after the labels; an exemplar may follow behind `#`. */
function valueOf(line: string): string {
  const [sample = ''] = line.split(' # ')
  return (
    sample
      .slice(sample.lastIndexOf('}') + 1)
      .trim()
      .split(' ')
      .at(sample.includes('}') ? 0 : 1) ?? ''
  )
}
