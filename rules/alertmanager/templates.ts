/**
 * The templates of a page (Go text/template as Alertmanager 0.25 runs it). Labels are data and are never parsed as
 * templates; the few that become text are matched first, so a tenant cannot write what it likes into a page. A
 * group may hold ten thousand alerts: everything here is a count or a list of distinct names.
 */
import type { AlertmanagerOptions } from './options.ts'

/** Beside `alertmanager.yml`. */
export const templateFile = 'campanile.tmpl'

/** What a label may look like to be written; anything else is left out. */
const plain = {
  tenant: '^[a-z][a-z0-9_]{0,39}$',
  service: '^[a-z][a-z-]{0,29}$',
  alertname: '^[A-Z][A-Za-z0-9]{0,59}$',
  area: '^[a-z]{1,20}$',
} as const
type PlainLabel = keyof typeof plain

/** Tenants and services that are listed by name; the metrics admit no more of them. */
const maxListBytes = 4_000

/** Sets `$alerts` to what fires, or after the end to what fired. */
const setAlerts = '{{ $alerts := .Alerts.Firing }}{{ if not $alerts }}{{ $alerts = .Alerts }}{{ end }}'

/** Runs `body` for every distinct plain value of a label, in `$value`; `$seen` is `,` before the first. */
function forDistinct(label: PlainLabel, body: string): string {
  return (
    `${setAlerts}{{ $seen := "," }}{{ range $alerts }}{{ $value := .Labels.${label} }}` +
    `{{ if and (match "${plain[label]}" $value) (not (match (printf ",%s," $value) $seen)) ` +
    `(lt (len $seen) ${maxListBytes}) }}${body}{{ $seen = printf "%s%s," $seen $value }}{{ end }}{{ end }}`
  )
}

const separator = '{{ if ne $seen "," }}, {{ end }}'

/** Go templates do not add: one mark is written for every alert, and the marks are measured. */
const count = (label: PlainLabel) =>
  `{{ $marks := "" }}{{ range $alerts }}{{ if eq .Labels.${label} $value }}` +
  `{{ $marks = printf "%s." $marks }}{{ end }}{{ end }}{{ len $marks }}`

function define(name: string, body: string): string {
  return `{{ define "campanile.${name}" }}${body}{{ end }}`
}

const list = (name: string, label: PlainLabel) => define(name, forDistinct(label, `${separator}{{ $value }}`))
const counts = (label: PlainLabel) =>
  define(`count.${label}`, forDistinct(label, `${separator}{{ $value }}: ${count(label)}`))

/** The value that all alerts share, for fields PagerDuty bounds. */
const common = (label: PlainLabel, otherwise: string) =>
  `{{ if match "${plain[label]}" .CommonLabels.${label} }}{{ .CommonLabels.${label} }}{{ else }}${otherwise}{{ end }}`

/** An annotation is a link only when it stays on our console. */
function ours(consoleUrl: string): string {
  const address = consoleUrl.replaceAll('.', '[.]')
  return `^${address}/[A-Za-z0-9/?&=_.~%+-]*$`
}

const name =
  `{{ if match "${plain.alertname}" .CommonLabels.alertname }}{{ .CommonLabels.alertname }}` +
  `{{ else }}{{ with .GroupLabels.area }}{{ . }}{{ else }}several{{ end }} alerts{{ end }}`

const summary =
  `{{ template "campanile.name" . }}: {{ $firing := len .Alerts.Firing }}` +
  `{{ if eq $firing 0 }}resolved{{ else }}` +
  `{{ if and (eq $firing 1) (index .Alerts.Firing 0).Annotations.summary }}` +
  `{{ (index .Alerts.Firing 0).Annotations.summary }}` +
  `{{ else }}{{ $firing }} firing{{ end }}{{ end }}` +
  // Of several it is told where; names that do not fit are cut at the end by Alertmanager.
  `{{ if gt $firing 1 }}; services: {{ template "campanile.service" . }}; tenants: {{ template "campanile.tenant" . }}{{ end }}`

/** Builds the file of templates. */
export function buildTemplates({ consoleUrl }: AlertmanagerOptions): string {
  const link = ours(consoleUrl)
  const runbook = (alert: string) => `${consoleUrl}/runbooks/${alert}`
  const templates = [
    define('name', name),
    list('tenant', 'tenant'),
    list('service', 'service'),
    list('area', 'area'),
    counts('tenant'),
    counts('service'),
    counts('alertname'),
    define('summary', summary),
    define('common.tenant', common('tenant', '')),
    define('common.service', common('service', '')),
    define('source', common('service', 'campanile')),
    define('description', '{{ .CommonAnnotations.description }}'),
    define('runbooks', forDistinct('alertname', `${separator}${runbook('{{ $value }}')}`)),
    define(
      'runbook',
      `{{ if match "${plain.alertname}" .CommonLabels.alertname }}${runbook('{{ .CommonLabels.alertname }}')}` +
        `{{ else }}${consoleUrl}/inbox{{ end }}`,
    ),
    define('dashboard', whole('dashboard_url', link)),
    define('traces', whole('traces_url', link)),
  ]
  return `${templates.join('\n')}\n`
}

/** The link all alerts share, else the first one's without what it selects. */
function whole(annotation: string, link: string): string {
  return (
    `{{ $url := .CommonAnnotations.${annotation} }}` +
    `{{ if not $url }}{{ $url = reReplaceAll "[?].*$" "" (index .Alerts 0).Annotations.${annotation} }}{{ end }}` +
    `{{ if match "${link}" $url }}{{ $url }}{{ end }}`
  )
}
