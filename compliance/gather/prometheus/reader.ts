/** Tells files of Prometheus from other YAML. */
import type { FileReader } from '../file-reader.ts'
import { gatherConfig } from './config.ts'
import { gatherRules } from './rules.ts'

export const prometheusConfig: FileReader = {
  kind: 'prometheus',
  path: /\.ya?ml$/i,
  recognises: (text) => /^["']?scrape_configs["']?[ \t]*:/m.test(text) && !isCollector(text),
  readsOthers: true,
  read: gatherConfig,
}

export const prometheusRules: FileReader = {
  kind: 'prometheus',
  path: /\.(?:ya?ml|rules)$/i,
  // Rules that Grafana evaluates stand in groups too, of an API version; those of Loki speak LogQL.
  recognises: (text) =>
    /^["']?groups["']?[ \t]*:/m.test(text) &&
    /^[ \t-]*["']?(?:alert|record)["']?[ \t]*:/m.test(text) &&
    !/^apiVersion[ \t]*:/m.test(text),
  read: gatherRules,
}

/** A configuration that its name alone gives away: with nothing to scrape in it. */
export const prometheusNamed: FileReader = {
  kind: 'prometheus',
  path: /(?:^|\/)prometheus\.ya?ml$/i,
  recognises: (text) =>
    !/^["']?scrape_configs["']?[ \t]*:/m.test(text) &&
    /^["']?(?:global|alerting|rule_files|remote_write)["']?[ \t]*:/m.test(text) &&
    !isCollector(text),
  readsOthers: true,
  read: gatherConfig,
}

/** Agents that scrape too have their own form. */
function isCollector(text: string): boolean {
  return /^["']?(?:receivers|clients|server|integrations)["']?[ \t]*:/m.test(text)
}
