/** An alert as data: what it measures, what it says, and the trial that proves it. */
import { alerts, type AlertArea, type AlertName } from '../../contracts/alerts.ts'
import { annotate, type Annotations, type Words } from '../annotations/annotate.ts'
import { toPrometheus, type AlertLabel, type Template } from '../annotations/template.ts'
import type { AlertingRule } from '../model.ts'
import type { Timing } from '../promql/timing.ts'
import type { Trial } from '../trial/trial.ts'

export interface AlertDefinition extends Words {
  readonly name: AlertName
  /** Labels the expression keeps: they become labels of the alert. */
  readonly by: readonly AlertLabel[]
  /** The service, where there is only one: becomes a label of the alert. */
  readonly service?: string
  readonly expr: (timing: Timing) => string
  /** How long the expression must hold, in seconds. */
  readonly forSeconds: number
  /** Traces are asked for from this duration on, for alerts about time. */
  readonly slowMillis?: number
  readonly trial: Trial
}

/** What a rule file is generated for. */
export interface RuleOptions {
  readonly timing: Timing
  /** Where the links of alerts begin, without a slash at the end. */
  readonly consoleUrl: string
}

/** Names the labels an alert has besides those its expression keeps. */
export function fixedLabels({
  name,
  service,
}: Pick<AlertDefinition, 'name' | 'service'>): Record<string, string> {
  const { severity, area }: { severity: string; area: AlertArea } = alerts[name]
  return { severity, area, ...(service === undefined ? {} : { service }) }
}

/** Writes the annotations of an alert as templates of our own. */
export function annotationsOf(definition: AlertDefinition, consoleUrl: string): Annotations {
  const { name, by, service, slowMillis, summary, description } = definition
  const subject = {
    name,
    by,
    ...(service === undefined ? {} : { service }),
    ...(slowMillis === undefined ? {} : { slowMillis }),
  }
  return annotate(subject, { summary, description }, consoleUrl)
}

/** Builds the rule of an alert. */
export function toRule(definition: AlertDefinition, { timing, consoleUrl }: RuleOptions): AlertingRule {
  return {
    alert: definition.name,
    expr: definition.expr(timing),
    forSeconds: timing.wait(definition.forSeconds),
    labels: fixedLabels(definition),
    annotations: printed(annotationsOf(definition, consoleUrl)),
  }
}

/** Writes templates as Prometheus reads them. */
export function printed(annotations: Annotations): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, template]: [string, Template]) => [key, toPrometheus(template)]),
  )
}
