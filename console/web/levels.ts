/** Levels and states as a mark with a shape, a colour and a word: never by colour alone. */
import { h, svg } from './dom.ts'

export type Level = 'green' | 'amber' | 'red' | 'unknown'

const words: Readonly<Record<Level, string>> = {
  green: 'Well',
  amber: 'Warning',
  red: 'Trouble',
  unknown: 'Unknown',
}

/** Shows a level. */
export function levelMark(level: Level): HTMLElement {
  return h('span', { class: `mark ${level}` }, shapeOf(level), words[level])
}

function shapeOf(level: Level): SVGElement {
  const shapes = {
    green: () => svg('circle', { cx: 6, cy: 6, r: 5 }),
    amber: () => svg('path', { d: 'M6 1l5.500 10h-11z' }),
    red: () => svg('rect', { x: 1, y: 1, width: 10, height: 10 }),
    unknown: () => svg('circle', { cx: 6, cy: 6, r: 4, class: 'hollow' }),
  }
  return svg('svg', { viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true' }, shapes[level]())
}

/** Shows a word in a coloured box. */
export function tag(text: string, kind: 'plain' | 'green' | 'amber' | 'red' = 'plain'): HTMLElement {
  return h('span', { class: `tag ${kind}` }, text)
}

/** Says how bad a severity of PagerDuty looks. */
export function severityKind(severity: string): 'plain' | 'amber' | 'red' {
  if (severity === 'critical' || severity === 'error') return 'red'
  return severity === 'warning' ? 'amber' : 'plain'
}
