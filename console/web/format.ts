/** Figures and times as people read them. Pure. */

const clock = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
})
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 })
const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 })

/** Writes a moment: `Nov 21, 2026, 7:18:53 AM`. */
export function moment(time: string | number): string {
  return clock.format(new Date(time))
}

/** Writes a duration in its largest units: `3 min 20 s`. */
export function seconds(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  if (value < 1) return `${short.format(value * 1_000)} ms`
  if (value < 60) return `${short.format(value)} s`
  const total = Math.round(value)
  if (total < 3_600) return joined(Math.floor(total / 60), 'min', total % 60, 's')
  if (total < 86_400) return joined(Math.floor(total / 3_600), 'h', Math.floor((total % 3_600) / 60), 'min')
  return joined(Math.floor(total / 86_400), 'd', Math.floor((total % 86_400) / 3_600), 'h')
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** Writes milliseconds: `12.3 ms`, `1.2 s`. */
export function millis(value: number): string {
  return seconds(value / 1_000)
}

/** Writes a count: `12,345`. */
export function count(value: number): string {
  return whole.format(value)
}

/** Writes a ratio of 0 to 1 as percent: `99.9 %`. */
export function percent(ratio: number): string {
  return `${short.format(ratio * 100)} %`
}

/** Writes a figure with three digits. */
export function figure(value: number): string {
  return short.format(value)
}

/** Puts words between the letters of a name: `HighLatencyP95` → `High latency p95`. */
export function spaced(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/\b(?:cpu|pii|slo)\b/g, (word) => word.toUpperCase())
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}
