/** Lines of logs from the console's local store, latest first, each with its trace. */
import { h } from '../web/dom.ts'
import type { LogLine } from './answers.ts'
import type { Panel } from './dashboard.ts'
import type { Asked, Draw } from './drawing.ts'
import { emptyBody } from './empty.ts'
import { interpolate } from './interpolate.ts'
import { servicesIn } from './log-selector.ts'
import { momentText } from './times.ts'

/** More services than this are asked for as all of them: every one is a request of its own. */
const mostServices = 6

/** Asks for the lines. */
export async function loadLogs(panel: Panel, asked: Asked): Promise<Draw> {
  const answers = await Promise.all(panel.targets.map((target) => askLines(target, asked)))
  const limit = Math.max(...panel.targets.map(({ maxLines }) => maxLines))
  const lines = answers
    .flat()
    .sort((one, other) => secondsOf(other) - secondsOf(one))
    .slice(0, limit)
  if (lines.length === 0) return emptyBody(panel)
  return (body) => {
    body.append(
      h(
        'ol',
        {
          class: 'log-lines',
          tabindex: 0,
          'aria-label': `${panel.title}, latest first`,
          'data-keep': 'lines',
        },
        lines.map(item),
      ),
    )
    return undefined
  }
}

async function askLines({ expression, maxLines }: Panel['targets'][number], asked: Asked) {
  const named = servicesIn(interpolate(expression, asked.scope))
  const services = named === undefined || named.length > mostServices ? [undefined] : named
  const answers = await Promise.all(
    services.map((service) =>
      asked.api.logs(
        { ...(service === undefined ? {} : { service }), ...asked.range, limit: maxLines },
        asked.asking,
      ),
    ),
  )
  const lines = answers.flat()
  return named === undefined ? lines : lines.filter(({ service }) => named.includes(service))
}

/** Nanoseconds since 1970 are more than a number holds: the last digits do not matter here. */
function secondsOf({ timeUnixNano }: LogLine): number {
  return Number(timeUnixNano) / 1e9
}

function toneOf(severity: string): string {
  if (/^(?:error|fatal)/i.test(severity)) return 'red'
  return /^warn/i.test(severity) ? 'orange' : 'plain'
}

function item(line: LogLine): HTMLElement {
  const { severity, service, body, traceId } = line
  return h(
    'li',
    {},
    h('time', {}, momentText(secondsOf(line))),
    h('span', { class: `log-level tone-${toneOf(severity)}` }, severity.toLowerCase()),
    h('span', { class: 'log-service' }, service),
    h('span', { class: 'log-body' }, body),
    traceId !== undefined &&
      traceId !== '' &&
      h('a', { href: `/traces/${traceId}`, 'aria-label': `Trace ${traceId}` }, 'trace'),
  )
}
