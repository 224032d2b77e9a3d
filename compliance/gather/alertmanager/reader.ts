/**
 * `alertmanager.yml` as one resource `config`, with what amtool would refuse under `problems`, one `receiver` each with
 * its `channels`, and one `route` per node of the tree: `path` says where it hangs (`0.2` is the third child of the
 * first child of the root, whose path is empty), `receiver` is the one in effect, `matchers.N` have label, operator,
 * value.
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { problemsOf, type Problem } from '../shapes/shape.ts'
import {
  entryOf,
  fileNameOf,
  itemsOf,
  plainText,
  problemsValue,
  resourceFrom,
  withEntries,
} from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import { valueOfJson, type Value } from '../value.ts'
import { readRoutes } from './routes.ts'
import { configShape } from './shapes.ts'

export const alertmanagerReader: FileReader = {
  kind: 'alertmanager',
  path: /\.ya?ml$/i,
  recognises: (text) => /^["']?route["']?[ \t]*:/m.test(text) && /^["']?receivers["']?[ \t]*:/m.test(text),
  read: gatherAlertmanager,
}

/** Reads one configuration; never throws. */
function gatherAlertmanager({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const [root = valueOfJson({})] = roots
  const top: Position = { file, startLine: 1, endLine: 1 }
  const receivers = itemsOf(entryOf(root, 'receivers'))
  const names = receivers.map((receiver) => plainText(entryOf(receiver, 'name')) ?? '')
  const intervals = ['time_intervals', 'mute_time_intervals'].flatMap((key) =>
    itemsOf(entryOf(root, key)).map((each) => plainText(entryOf(each, 'name')) ?? ''),
  )
  const routes = readRoutes(entryOf(root, 'route'), { names, intervals, top })
  const problems = [
    ...faults.map(({ message, ...at }): Problem => ({ message: `no YAML: ${message}`, at })),
    ...problemsOf(root, configShape),
    ...receivers.flatMap((receiver, index) => receiverProblems(receiver, names.slice(0, index), root)),
    ...routes.problems,
  ]
  const identity = {
    kind: 'alertmanager',
    type: 'config',
    name: fileNameOf(file),
    address: 'config',
  } as const
  const whole = withEntries(valueOfJson({}), {
    ...Object.fromEntries(
      ['global', 'inhibit_rules', 'templates'].flatMap((key): [string, Value][] => {
        const value = entryOf(root, key)
        return value === undefined ? [] : [[key, value]]
      }),
    ),
    problems: problemsValue(problems),
  })
  const config = resourceFrom(identity, { ...whole, at: top }, top)
  const made = receivers.map((receiver) => receiverResource(receiver, top))
  return { resources: [config, ...made, ...routes.resources], faults }
}

function receiverResource(receiver: Value, top: Position): Resource {
  const name = plainText(entryOf(receiver, 'name')) ?? ''
  const keys = receiver.kind === 'map' ? [...receiver.entries.keys()] : []
  const channels = keys.filter(
    (key) => key.endsWith('_configs') && itemsOf(entryOf(receiver, key)).length > 0,
  )
  const value = withEntries(receiver, {
    channels: valueOfJson(channels.map((key) => key.slice(0, -'_configs'.length))),
  })
  const identity = { kind: 'alertmanager', type: 'receiver', name, address: `receiver.${name}` } as const
  return resourceFrom(identity, value, top)
}

/** What each way to notify cannot do without: one of these, there or in `global`. */
const needs: readonly (readonly [channel: string, own: readonly string[], global: readonly string[]])[] = [
  ['pagerduty', ['routing_key', 'routing_key_file', 'service_key', 'service_key_file'], []],
  ['webhook', ['url', 'url_file'], []],
  ['email', ['smarthost'], ['smtp_smarthost']],
  ['email', ['from'], ['smtp_from']],
  [
    'slack',
    ['api_url', 'api_url_file', 'app_token', 'app_token_file'],
    ['slack_api_url', 'slack_api_url_file', 'slack_app_token', 'slack_app_token_file'],
  ],
]

function receiverProblems(receiver: Value, before: readonly string[], root: Value): Problem[] {
  const name = plainText(entryOf(receiver, 'name')) ?? ''
  const place = receiver.at === undefined ? {} : { at: receiver.at }
  const global = entryOf(root, 'global')
  const repeated = before.includes(name)
    ? [{ message: `notification config name "${name}" is not unique`, ...place }]
    : []
  const lacking = needs.flatMap(([channel, own, shared]) =>
    itemsOf(entryOf(receiver, `${channel}_configs`))
      .filter(
        (config) =>
          config.kind === 'map' &&
          !own.some((key) => entryOf(config, key) !== undefined) &&
          !shared.some((key) => entryOf(global, key) !== undefined),
      )
      .map((config) => ({
        message: `${name}: ${channel} has none of ${[...own, ...shared].join(', ')}`,
        ...(config.at === undefined ? place : { at: config.at }),
      })),
  )
  return [...repeated, ...lacking]
}
