/** Ranges of time as an address and a file write them: `now-1h`, `now`, milliseconds since 1970. Pure. */
import type { Range } from './answers.ts'

/** What the picker offers, shortest first. */
export const ranges = [
  { from: 'now-15m', label: 'Last 15 minutes' },
  { from: 'now-1h', label: 'Last hour' },
  { from: 'now-6h', label: 'Last 6 hours' },
  { from: 'now-24h', label: 'Last 24 hours' },
  { from: 'now-7d', label: 'Last 7 days' },
] as const

/** How often a dashboard asks anew, in seconds; 0 is never. */
export const refreshes = [
  { text: '', label: 'Off', seconds: 0 },
  { text: '10s', label: '10 s', seconds: 10 },
  { text: '30s', label: '30 s', seconds: 30 },
  { text: '1m', label: '1 min', seconds: 60 },
] as const

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }
/** The console's door to Prometheus refuses more. */
const longestSeconds = 31 * 86_400

function momentOf(text: string, nowSeconds: number): number | undefined {
  if (/^\d{10,13}$/.test(text)) return Number(text) / 1_000
  const parts = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(text)
  if (parts === null) return undefined
  return nowSeconds - Number(parts[1] ?? 0) * (unitSeconds[parts[2] ?? 's'] ?? 1)
}

/** Reads a range at a moment; what cannot be read, or ends before it starts, is the last hour. */
export function rangeOf(
  { from, to }: { readonly from: string; readonly to: string },
  nowSeconds: number,
): Range {
  const start = momentOf(from, nowSeconds)
  const end = momentOf(to, nowSeconds)
  if (start === undefined || end === undefined || end <= start) {
    return { start: nowSeconds - 3_600, end: nowSeconds }
  }
  return { start: Math.max(start, end - longestSeconds), end }
}

/** Writes a moment for the clock of an axis: with seconds below a minute, with the date from a day on. */
export function clockText(seconds: number, stepSeconds: number): string {
  const date = new Date(seconds * 1_000)
  const two = (figure: number) => String(figure).padStart(2, '0')
  const day = `${date.toLocaleString('en', { month: 'short' })} ${date.getDate()}`
  if (stepSeconds >= 86_400) return day
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`
  if (stepSeconds < 60) return `${clock}:${two(date.getSeconds())}`
  return date.getHours() === 0 && date.getMinutes() === 0 ? day : clock
}

/** Writes a moment in full: `Nov 21, 14:05:30`. */
export function momentText(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleString('en', {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
}
