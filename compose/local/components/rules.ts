/** Writes the alert rules and the routing with the addresses, key files and time of this machine. */
import { join } from 'node:path'
import { inboxKeyFile } from '../secrets/ensure-secrets.ts'
import type { ProcessComponent } from './component.ts'
import { nodeEnvironment, type ChildContext } from './environment.ts'

/** Names the folder of Alertmanager's configuration, which `rules` writes; Prometheus's lies beside it. */
export function routingFile({ home }: ChildContext): string {
  return join(home.run, 'alertmanager', 'alertmanager.yml')
}

/** Builds the component that both engines wait for. */
export function rulesComponent(context: ChildContext): ProcessComponent {
  const { settings } = context
  return {
    kind: 'process',
    name: 'rules',
    needs: [],
    ports: [],
    ready: 'once',
    prepare: async () => ({
      file: process.execPath,
      args: [join(settings.checkout, 'rules/main.ts'), ...generateArguments(context)],
      environment: nodeEnvironment(context),
      cwd: settings.checkout,
    }),
  }
}

function generateArguments(context: ChildContext): string[] {
  const { settings, home } = context
  const at = (port: number) => `http://127.0.0.1:${port}`
  // Also without PagerDuty: the variable then stays away and only the inbox is told.
  const { CAMPANILE_PAGERDUTY_KEY_FILE: pagerdutyKey } = nodeEnvironment(context)
  const options = {
    out: home.run,
    'console-url': at(settings.ports.console),
    'heartbeat-url': at(settings.ports.heartbeat),
    'inbox-key-file': inboxKeyFile(home),
    ...(pagerdutyKey === undefined ? {} : { 'pagerduty-key-file': pagerdutyKey }),
    'time-scale': String(settings.timeScale),
  }
  return ['generate', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])]
}
