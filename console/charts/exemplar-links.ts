/** Exemplars as links upon a chart: real links, so that they are reached by keys and opened beside. */
import type uPlot from 'uplot'
import { h } from '../web/dom.ts'
import type { Exemplar } from './exemplars.ts'
import { momentText } from './times.ts'

export interface ExemplarLinks {
  readonly element: HTMLElement
  /** Puts every link where its figure is; a figure above the chart stands at its top. */
  readonly place: (chart: uPlot) => void
}

/** Makes a link to the trace of each exemplar. */
export function exemplarLinks(
  exemplars: readonly Exemplar[],
  write: (value: number) => string,
): ExemplarLinks {
  const links = exemplars.map((exemplar) => {
    const words = `Trace of a request of ${write(exemplar.value)} at ${momentText(exemplar.time)}`
    return h('a', {
      class: 'exemplar',
      href: `/traces/${exemplar.traceId}`,
      title: words,
      'aria-label': words,
      'data-keep': exemplar.traceId,
    })
  })
  const place = (chart: uPlot) => {
    const { offsetLeft, offsetTop, clientHeight } = chart.over
    for (const [at, { time, value }] of exemplars.entries()) {
      const link = links[at]
      if (link === undefined) continue
      const top = Math.min(clientHeight, Math.max(0, chart.valToPos(value, 'y')))
      link.style.left = `${offsetLeft + chart.valToPos(time, 'x')}px`
      link.style.top = `${offsetTop + top}px`
    }
  }
  return { element: h('div', { class: 'chart-links' }, links), place }
}
