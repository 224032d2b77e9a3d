/** Colours for canvases: read from the style sheet, which alone knows light and dark. */
import { h } from '../web/dom.ts'

/** Classes of series; a dashboard with more of them begins again, dashed. */
const seriesColors = 10

export interface Paint {
  /** Colour that a class of the style sheet sets, as `rgb(…)`, with an opacity of 0 to 1. */
  readonly read: (className: string, opacity?: number) => string
  /** Forgets what was read: after a change between light and dark. */
  readonly forget: () => void
  readonly destroy: () => void
}

/** Names the class of a series by its place. */
export function seriesClass(at: number): string {
  return `series-${at % seriesColors}`
}

/** Tells the dashes of a series by its place; undefined for a full line. */
export function seriesDash(at: number): number[] | undefined {
  return at < seriesColors ? undefined : [5, 3]
}

/** Opens the colours of an element of the page. */
export function openPaint(root: HTMLElement): Paint {
  const probe = h('span', { class: 'chart-probe', 'aria-hidden': 'true' })
  root.append(probe)
  const known = new Map<string, string>()
  const channels = (className: string) => {
    const found = known.get(className)
    if (found !== undefined) return found
    probe.className = `chart-probe ${className}`
    const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? []
    const read = parts.slice(0, 3).join(', ')
    known.set(className, read)
    return read
  }
  return {
    read: (className, opacity = 1) => `rgba(${channels(className)}, ${opacity})`,
    forget: () => known.clear(),
    destroy: () => probe.remove(),
  }
}
