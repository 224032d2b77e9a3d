/** Processor `filter`: drops what a condition holds for. */
import type { ContextName } from '../../ottl/item.ts'
import { signalContexts } from '../../process/statements.ts'
import { checkConditions, checkInferred, conditions, contextOf, errorMode } from '../blocks/ottl.ts'
import { defineComponent, type Report } from '../component.ts'
import { block, defaulted, mapped, optional } from '../shape.ts'

const matchers = { include: 'a condition', exclude: 'a condition', regexp: 'a condition with IsMatch' }
const resource = optional(conditions, 'Conditions on resources; all of one is dropped.')
const older = 'by context; the older form.'

const written = block(
  {
    error_mode: defaulted(
      errorMode,
      'propagate',
      'What happens when a condition fails: `propagate` drops the payload.',
    ),
    trace_conditions: optional(conditions, 'Conditions for traces; their paths begin with the context.'),
    metric_conditions: optional(conditions, 'Conditions for metrics.'),
    log_conditions: optional(conditions, 'Conditions for logs.'),
    traces: optional(
      block({
        resource,
        span: optional(conditions, 'Conditions on spans.'),
        spanevent: optional(conditions, 'Conditions on events of spans.'),
      }),
      `Conditions for traces, ${older}`,
    ),
    metrics: optional(
      block(
        {
          resource,
          metric: optional(conditions, 'Conditions on metrics.'),
          datapoint: optional(conditions, 'Conditions on data points.'),
        },
        matchers,
      ),
      `Conditions for metrics, ${older}`,
    ),
    logs: optional(
      block({ resource, log_record: optional(conditions, 'Conditions on log records.') }, matchers),
      `Conditions for logs, ${older}`,
    ),
  },
  {
    spans: 'trace_conditions',
    profiles: 'leave it out: profiles are not taken',
    profile_conditions: 'leave it out: profiles are not taken',
  },
)

type ByContext = Readonly<
  Partial<Record<'resource' | 'span' | 'spanevent' | 'metric' | 'datapoint' | 'logRecord', readonly string[]>>
>

/** Sorts conditions by the context their paths begin with. */
function sorted(given: readonly string[], known: readonly ContextName[]): ByContext {
  const contexts = given.map((each) => [contextOf(each, known), each] as const)
  const of = (context: ContextName) => contexts.filter(([found]) => found === context).map(([, each]) => each)
  const found = {
    resource: of('resource'),
    span: of('span'),
    spanevent: of('spanevent'),
    metric: of('metric'),
    datapoint: of('datapoint'),
    logRecord: of('log'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, each]) => each.length > 0))
}

export const filter = defineComponent('processors', 'filter', {
  says: 'Drops items for which one of the OTTL conditions holds.',
  signals: ['traces', 'metrics', 'logs'],
  body: mapped(
    written,
    ({ errorMode: mode, traceConditions, metricConditions, logConditions, traces, metrics, logs }) => {
      const byContext = (
        given: readonly string[] | undefined,
        older: ByContext | undefined,
        known: readonly ContextName[],
      ) => (given === undefined ? older : sorted(given, known))
      const settings = {
        traces: byContext(traceConditions, traces, signalContexts.traces),
        metrics: byContext(metricConditions, metrics, signalContexts.metrics),
        logs: byContext(logConditions, logs, signalContexts.logs),
      }
      return {
        errorMode: mode,
        ...(settings.traces === undefined ? {} : { traces: settings.traces }),
        ...(settings.metrics === undefined ? {} : { metrics: settings.metrics }),
        ...(settings.logs === undefined ? {} : { logs: settings.logs }),
      }
    },
  ),
  check: ({ traces, metrics, logs }, report, body) => {
    if (traces === undefined && metrics === undefined && logs === undefined)
      report('', 'conditions for traces, metrics or logs')
    if (body['trace_conditions'] === undefined) checkByContext('traces', traces, report)
    if (body['metric_conditions'] === undefined) checkByContext('metrics', metrics, report)
    if (body['log_conditions'] === undefined) checkByContext('logs', logs, report)
    for (const [older, newer, signal] of forms) {
      const given = body[newer]
      if (!Array.isArray(given)) continue
      if (body[older] !== undefined) report(newer, `either ${newer} or ${older}`)
      // `scope` is a context of statements, but no item of its own that could be dropped.
      const known = signalContexts[signal].filter((each) => each !== 'scope')
      checkInferred(given.map(String), signalContexts[signal], known, { at: newer, report })
    }
  },
})

const forms = [
  ['traces', 'trace_conditions', 'traces'],
  ['metrics', 'metric_conditions', 'metrics'],
  ['logs', 'log_conditions', 'logs'],
] as const

function checkByContext(at: string, given: ByContext | undefined, report: Report): void {
  for (const [key, each] of Object.entries(given ?? {})) {
    const context = key === 'logRecord' ? 'log' : (key as ContextName)
    checkConditions(each, context, { at: `${at}/${key === 'logRecord' ? 'log_record' : key}`, report })
  }
}
