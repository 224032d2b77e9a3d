/** Names of series. Pure. */
import type { Labels } from './answers.ts'

/** Fills `{{label}}` in a template; without one, a series is named by its labels. */
export function seriesName(template: string | undefined, labels: Labels): string {
  if (template !== undefined && template !== '' && template !== '__auto') {
    const filled = fill(template, labels)
    return filled === '' ? 'none' : filled
  }
  const entries = Object.entries(labels).filter(([name]) => name !== '__name__')
  if (entries.length === 0) return labels['__name__'] ?? 'Value'
  if (entries.length === 1) return entries[0]?.[1] ?? ''
  return entries.map(([name, value]) => `${name}=${value}`).join(', ')
}

/** Fills `{{label}}` in a text; a label a series does not have is empty. */
export function fill(template: string, labels: Labels): string {
  return template
    .replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => labels[name] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
