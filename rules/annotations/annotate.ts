/** The five annotations of every alert: what happened, in plain words, and where to look next. */
import { alerts, type AlertName } from '../../contracts/alerts.ts'
import { inUrl, type AlertLabel, type Template } from './template.ts'

export interface Subject {
  readonly name: AlertName
  /** Labels the expression keeps. */
  readonly by: readonly AlertLabel[]
  /** The service, where there is only one. */
  readonly service?: string
  /** Traces are asked for from this duration on, for alerts about time. */
  readonly slowMillis?: number
}

export interface Words {
  /** At most 200 characters; names tenant and service. */
  readonly summary: Template
  readonly description: Template
}

export type Annotations = Readonly<
  Record<'summary' | 'description' | 'runbook_url' | 'dashboard_url' | 'traces_url', Template>
>

/** Adds the links to what an alert says. */
export function annotate(subject: Subject, words: Words, consoleUrl: string): Annotations {
  const { name, slowMillis } = subject
  const only: Template = [slowMillis === undefined ? 'status=error' : `minDurationMillis=${slowMillis}`]
  return {
    ...words,
    runbook_url: [`${consoleUrl}/runbooks/${name}`],
    dashboard_url: url(`${consoleUrl}/dashboards/${alerts[name].dashboard}`, [
      ...parameter(subject, 'tenant', 'var-tenant'),
      ...parameter(subject, 'service', 'var-service'),
    ]),
    traces_url: url(`${consoleUrl}/traces`, [
      ...parameter(subject, 'service', 'service'),
      ...parameter(subject, 'tenant', 'tenant'),
      only,
    ]),
  }
}

function parameter({ by, service }: Subject, label: AlertLabel, name: string): Template[] {
  if (by.includes(label)) return [[`${name}=`, inUrl(label)]]
  return label === 'service' && service !== undefined ? [[`${name}=${service}`]] : []
}

function url(base: string, parameters: readonly Template[]): Template {
  const joined = parameters.flatMap((part, at): Template => [at === 0 ? '?' : '&', ...part])
  return merged([base, ...joined])
}

/** Joins neighbouring texts. */
function merged(template: Template): Template {
  const parts: Template[number][] = []
  for (const part of template) {
    const last = parts.at(-1)
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else parts.push(part)
  }
  return parts
}
