/** Nothing runs in debug mode in production. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { podOf } from '../read/cluster-secrets.ts'
import { commandLine } from '../read/command-line.ts'
import { isService } from '../read/compose.ts'
import { runsFlask, startsDevelopment } from '../read/development-server.ts'
import { hiddenEnvironment } from '../read/secrets.ts'
import { isFinalStage } from '../read/stage.ts'
import { containersOf } from '../read/terraform.ts'
import { isTask } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no debug switch is on and no development server is started',
  'set NODE_ENV=production, remove DEBUG switches, start a production server',
)

/** Switches by name, and the values that turn debugging on. */
const switches: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    NODE_ENV: /^(dev|development|debug)$/i,
    FLASK_ENV: /^development$/i,
    FLASK_DEBUG: /^(1|true|on)$/i,
    DJANGO_DEBUG: /^(1|true|on)$/i,
    DEBUG: /^(1|true|on|\*)$/i,
    APP_DEBUG: /^(1|true|on)$/i,
    ASPNETCORE_ENVIRONMENT: /^development$/i,
    RAILS_ENV: /^development$/i,
  }),
)

const image = (lines: string) => `FROM debian:12-slim\nUSER 10001\n${lines}\n`

const isPods = (resource: Resource) => podOf(resource) !== undefined

export const control: Control = {
  id: 'APP-18',
  sources: ['compose', 'dockerfile', 'terraform', 'ecs', 'kubernetes'],
  page: {
    why: 'A development server shows its source and its variables to whoever makes it fail, and some let anybody run code in the page of the error.',
    good: [{ file: 'Dockerfile', text: image('ENV NODE_ENV=production\nCMD ["node", "main.js"]') }],
    bad: [{ file: 'Dockerfile', text: image('ENV FLASK_DEBUG=1\nCMD ["flask", "run"]') }],
  },
  applies: (resource) =>
    isService(resource) || isTask(resource) || isFinalStage(resource) || isPods(resource),
  check: (resource) => {
    const verdicts = [
      ...variablesOf(resource).flatMap(judgeVariable),
      ...commandsOf(resource).flatMap((paths) => judgeCommand(resource, paths)),
    ]
    const hidden = isFinalStage(resource) || isPods(resource) ? undefined : hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    else if (resource.attributes.has('')) verdicts.push(judge.unknown('nothing is known of it'))
    return worstOf(verdicts, judge.notApplicable('it sets no switch and no command'))
  },
}

type Variable = readonly [name: string, value: Attribute]

function variablesOf(resource: Resource): Variable[] {
  if (isTask(resource) || isPods(resource)) {
    const holder = isPods(resource) ? 'env' : 'environment'
    return containersIn(resource)
      .flatMap((container) => childrenOf(resource, `${container}.${holder}`))
      .flatMap((path) =>
        pair(textOf(knownValueOf(resource, `${path}.name`)), attributeOf(resource, `${path}.value`)),
      )
  }
  const holder = isService(resource) ? 'environment' : 'env'
  return childrenOf(resource, holder).flatMap((path) =>
    pair(lastSegmentOf(path), attributeOf(resource, path)),
  )
}

function pair(name: string, value: Attribute | undefined): Variable[] {
  return value === undefined ? [] : [[name, value]]
}

function judgeVariable([name, value]: Variable): Verdict[] {
  const debug = switches.get(name)
  if (debug === undefined) return []
  if (!value.known) return [judge.unknown(`${name} ${value.why}`, value)]
  const text = textOf(value.value)
  return debug.test(text)
    ? [judge.fail(`${name} is ${text}`, value)]
    : [judge.pass(`${name} is ${text}`, value)]
}

function containersIn(resource: Resource): readonly string[] {
  const spec = podOf(resource)
  return spec === undefined ? containersOf(resource) : childrenOf(resource, `${spec}.containers`)
}

/** Paths of what one container starts: its entry point, and the words that follow it. */
function commandsOf(resource: Resource): readonly (readonly [string, string])[] {
  if (isService(resource)) return [['entrypoint', 'command']]
  if (isFinalStage(resource)) return [['entrypoint', 'cmd']]
  const [first, second] = isPods(resource) ? ['command', 'args'] : ['entryPoint', 'command']
  return containersIn(resource).map((path) => [`${path}.${first}`, `${path}.${second}`])
}

function judgeCommand(resource: Resource, paths: readonly string[]): Verdict[] {
  const written = paths.flatMap((path) => attributeOf(resource, path) ?? [])
  const at = written.at(-1)
  if (at === undefined) return []
  const lines = paths.map((path) => commandLine(resource, path))
  const text = lines.map((line) => line.text).join(' ')
  if (startsDevelopment(text)) return [judge.fail('it starts a development server', at)]
  const hidden = lines.find((line) => line.hidden !== undefined)?.hidden
  if (hidden !== undefined) return [judge.unknown(`what it starts ${hidden.why}`, hidden)]
  const flask = runsFlask(text, resource)
  if (flask === 'yes') return [judge.fail('it starts the development server of Flask', at)]
  return flask === 'unknown'
    ? [judge.unknown('whether the script starts a development server is not told', at)]
    : [judge.pass('it starts no development server', at)]
}
