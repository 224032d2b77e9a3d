/** User agents reduced to family, major version and platform: enough to group errors by, too little to follow anyone. */
import type { Verdict } from '../verdict.ts'

/** In the order in which they must be looked for: most browsers claim to be several others. */
const families: readonly (readonly [string, RegExp])[] = [
  ['Bot', /bot\b|crawler|spider|slurp/i],
  ['Prometheus', /\bPrometheus\/(\d{1,4})/],
  ['Grafana', /\bGrafana\/(\d{1,4})/],
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d{1,4})/],
  ['Opera', /\b(?:OPR|Opera)\/(\d{1,4})/],
  ['Samsung Internet', /\bSamsung(?:Browser| Internet)\/(\d{1,4})/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d{1,4})/],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS|Chromium)\/(\d{1,4})/],
  ['Safari', /\bVersion\/(\d{1,4})[^ ]{0,20} (?:Mobile\/\w{1,12} )?Safari\/|^Safari\/(\d{1,4})/],
  ['curl', /\bcurl\/(\d{1,4})/],
  ['Wget', /\bWget\/(\d{1,4})/],
  ['node', /^node(?:\/(\d{1,4})|\b)|\bundici\b/],
  ['python', /\bpython(?:-requests|-urllib\d?|-httpx)?\/(\d{1,4})/i],
  ['Go', /^Go(?:-http-client)?\/(\d{1,4})/],
  ['Java', /^Java\/(\d{1,4})/],
  ['okhttp', /^okhttp\/(\d{1,4})/],
]
const platforms: readonly (readonly [string, RegExp])[] = [
  ['Windows', /Windows/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad|iPod|\(iOS\)/],
  ['macOS', /Mac OS X|Macintosh|\(macOS\)/],
  ['ChromeOS', /CrOS|\(ChromeOS\)/],
  ['Linux', /Linux|X11/],
]
const reduced = new RegExp(
  `^(?:${families.map(([name]) => name).join('|')}|Other)(?:/\\d{1,4})?(?: \\((?:${platforms.map(([name]) => name).join('|')})\\))?$`,
)

/** Scrubs a user agent; an unknown one is `Other` with its platform. */
export function scrubUserAgent(value: string): Verdict {
  if (reduced.test(value)) return { value, rules: [] }
  const platform = platforms.find(([, pattern]) => pattern.test(value))?.[0]
  const suffix = platform === undefined ? '' : ` (${platform})`
  for (const [name, pattern] of families) {
    const match = pattern.exec(value)
    if (match === null) continue
    const major = match[1] ?? match[2]
    return { value: `${name}${major === undefined ? '' : `/${major}`}${suffix}`, rules: ['user_agent'] }
  }
  return { value: `Other${suffix}`, rules: ['user_agent'] }
}
