/** Figures in Grafana's units, as people read them. Pure. */

interface Scaled {
  /** The figure is divided by this. */
  readonly by: number
  readonly suffix: string
}

const si: readonly Scaled[] = [
  { by: 1, suffix: '' },
  { by: 1e3, suffix: ' K' },
  { by: 1e6, suffix: ' M' },
  { by: 1e9, suffix: ' B' },
  { by: 1e12, suffix: ' T' },
]
const times: readonly Scaled[] = [
  { by: 1e-9, suffix: ' ns' },
  { by: 1e-6, suffix: ' µs' },
  { by: 1e-3, suffix: ' ms' },
  { by: 1, suffix: ' s' },
  { by: 60, suffix: ' min' },
  { by: 3_600, suffix: ' h' },
  { by: 86_400, suffix: ' d' },
]
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'].map((suffix, at) => ({
  by: 1_024 ** at,
  suffix: ` ${suffix}`,
}))
const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'].map((suffix, at) => ({
  by: 1_000 ** at,
  suffix: ` ${suffix}`,
}))
const plain: readonly Scaled[] = [{ by: 1, suffix: '' }]

const perSecond = (what: string) =>
  si.map(({ by, suffix }) => ({ by, suffix: `${suffix === '' ? ' ' : suffix.concat(' ')}${what}/s` }))
const over = (scales: readonly Scaled[], suffix: string) =>
  scales.map((scale) => ({ by: scale.by, suffix: scale.suffix + suffix }))
/** Scales of a unit that is `factor` of the one they are written for. */
const inUnitOf = (scales: readonly Scaled[], factor: number) =>
  scales.map(({ by, suffix }) => ({ by: by / factor, suffix }))

/** Scales by Grafana's unit id, smallest first. */
const units: Readonly<Record<string, readonly Scaled[]>> = {
  none: plain,
  string: plain,
  short: si,
  percent: [{ by: 1, suffix: ' %' }],
  percentunit: [{ by: 0.01, suffix: ' %' }],
  s: times,
  ms: inUnitOf(times, 1e-3),
  µs: inUnitOf(times, 1e-6),
  ns: inUnitOf(times, 1e-9),
  m: inUnitOf(times, 60),
  h: inUnitOf(times, 3_600),
  d: inUnitOf(times, 86_400),
  bytes: binary,
  decbytes: decimal,
  binBps: over(binary, '/s'),
  Bps: over(decimal, '/s'),
  ops: perSecond('ops'),
  reqps: perSecond('req'),
  rps: perSecond('reads'),
  wps: perSecond('writes'),
  iops: perSecond('io'),
  cps: perSecond('c'),
  eps: perSecond('events'),
  hertz: over(si, ' Hz'),
}

/** Says whether the console has its own words for a unit. */
export function isKnownUnit(unit: string): boolean {
  return Object.hasOwn(units, unit)
}

/** Writes a figure with its unit: `12.3 ms`, `4.5 KiB`, `99.9 %`; a unit nobody knows stands behind the figure. */
export function formatValue(value: number, unit: string, decimals?: number): string {
  if (Number.isNaN(value)) return 'no number'
  const scales = isKnownUnit(unit)
    ? (units[unit] ?? plain)
    : [{ by: 1, suffix: unit === '' ? '' : ` ${unit}` }]
  const { by, suffix } = scaleFor(value, scales)
  if (!Number.isFinite(value)) return `${value < 0 ? '−' : ''}∞${suffix}`
  return `${formatNumber(value / by, decimals)}${suffix}`
}

/** The largest scale that leaves a figure of at least one; nothing at all is written in the unit itself. */
function scaleFor(value: number, scales: readonly Scaled[]): Scaled {
  const own = scales.find(({ by }) => by === 1) ?? scales[0] ?? { by: 1, suffix: '' }
  const size = Math.abs(value)
  if (size === 0 || !Number.isFinite(size)) return own
  // Rounding must not write 1,000 ms: what rounds up to the next scale is written in it.
  return scales.findLast(({ by }) => (size / by) * 1.000_5 >= 1) ?? scales[0] ?? own
}

function formatNumber(value: number, decimals: number | undefined): string {
  return new Intl.NumberFormat('en', formOf(Math.abs(value), decimals)).format(value).replaceAll('-', '−')
}

function formOf(size: number, decimals: number | undefined): Intl.NumberFormatOptions {
  if (size > 0 && size < 1e-6) return { maximumSignificantDigits: 2, notation: 'scientific' }
  // A figure too small for its decimals is not nothing.
  const isLost = decimals !== undefined && size > 0 && size < 0.5 * 10 ** -decimals
  if (isLost) return { maximumSignificantDigits: 2 }
  if (decimals !== undefined) return { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  if (size < 1) return { maximumSignificantDigits: 3 }
  return { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 }
}

/** Steps an axis may be divided in; powers of two for bytes. */
export function axisSteps(unit: string): number[] | undefined {
  if (unit !== 'bytes' && unit !== 'binBps') return undefined
  return Array.from({ length: 51 }, (_, power) => 2 ** power)
}
