/** The `attributes` processor: changes the attributes of spans, log records and data points. */
import { createActions, type AttributeAction } from './attribute-actions.ts'
import { createMatcher, type Candidate, type MatcherSettings } from './attribute-matcher.ts'
import { pointsOf, type Metric } from './metric-model.ts'
import type { Attribute, Batch, LogRecord, Resource, Scope, Span } from './model.ts'
import type { Processor } from './processor.ts'

export interface AttributesSettings {
  /** In the order in which they are carried out. */
  readonly actions: readonly AttributeAction[]
  /** Only what matches is changed; absent means all. */
  readonly include?: MatcherSettings
  /** What matches is left alone. */
  readonly exclude?: MatcherSettings
}

interface Holder {
  readonly attributes: Attribute[]
}

/**
 * Creates the processor.
 *
 * @throws CollectorError PATTERN_UNSUPPORTED
 */
export function createAttributes(settings: AttributesSettings): Processor {
  const apply = createActions(settings.actions)
  const includes = settings.include === undefined ? () => true : createMatcher(settings.include)
  const excludes = settings.exclude === undefined ? () => false : createMatcher(settings.exclude)
  const change = (candidate: Candidate, { attributes }: Holder): void => {
    if (includes(candidate) && !excludes(candidate)) apply(attributes)
  }
  return {
    traces: (batch) =>
      eachItem(batch, (span: Span, resource, scope) =>
        change(
          { resource, scope, attributes: span.attributes, spanName: span.name, spanKind: span.kind },
          span,
        ),
      ),
    logs: (batch) =>
      eachItem(batch, (record: LogRecord, resource, scope) => {
        const { attributes, body, severityText, severityNumber } = record
        change({ resource, scope, attributes, body, severityText, severityNumber }, record)
      }),
    metrics: (batch) =>
      eachItem(batch, (metric: Metric, resource, scope) => {
        for (const point of pointsOf(metric)) {
          change({ resource, scope, attributes: point.attributes, metricName: metric.name }, point)
        }
      }),
  }
}

function eachItem<T>(batch: Batch<T>, visit: (item: T, resource: Resource, scope: Scope) => void): Batch<T> {
  for (const { resource, scopes } of batch) {
    for (const { scope, items } of scopes) for (const item of items) visit(item, resource, scope)
  }
  return batch
}
