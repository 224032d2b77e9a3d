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
import { isService } from '../read/compose.ts'
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
const switches: Readonly<Record<string, RegExp>> = {
  NODE_ENV: /^(dev|development|debug)$/i,
  FLASK_ENV: /^development$/i,
  FLASK_DEBUG: /^(1|true|on)$/i,
  DJANGO_DEBUG: /^(1|true|on)$/i,
  DEBUG: /^(1|true|on|\*)$/i,
  APP_DEBUG: /^(1|true|on)$/i,
  ASPNETCORE_ENVIRONMENT: /^development$/i,
  RAILS_ENV: /^development$/i,
}

const developmentServer =
  /--reload\b|\bflask\s+run\b|\bmanage\.py\s+runserver\b|\bnodemon\b|\bnpm\s+run\s+dev\b|\bvite\b|--inspect(=|\b)/

const image = (lines: string) => `FROM debian:12-slim\nUSER 10001\n${lines}\n`

const isEcs = ({ kind, type }: Resource) => kind === 'ecs' && type === 'task_definition'
/** Where the containers of pods stand, by kind of Kubernetes. */
const pods: Readonly<Record<string, string>> = {
  pod: 'spec',
  deployment: 'spec.template.spec',
  statefulset: 'spec.template.spec',
  daemonset: 'spec.template.spec',
  replicaset: 'spec.template.spec',
  job: 'spec.template.spec',
  cronjob: 'spec.jobTemplate.spec.template.spec',
}
const isPods = ({ kind, type }: Resource) => kind === 'kubernetes' && type in pods

export const control: Control = {
  id: 'APP-18',
  sources: ['compose', 'dockerfile', 'terraform', 'ecs', 'kubernetes'],
  page: {
    why: 'A development server shows its source and its variables to whoever makes it fail, and some let anybody run code in the page of the error.',
    good: [{ file: 'Dockerfile', text: image('ENV NODE_ENV=production\nCMD ["node", "main.js"]') }],
    bad: [{ file: 'Dockerfile', text: image('ENV FLASK_DEBUG=1\nCMD ["flask", "run"]') }],
  },
  applies: (resource) =>
    isService(resource) || isTask(resource) || isEcs(resource) || isFinalStage(resource) || isPods(resource),
  check: (resource) => {
    const verdicts = [...variablesOf(resource).flatMap(judgeVariable), ...judgeCommands(resource)]
    const hidden = isFinalStage(resource) || isPods(resource) ? undefined : hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    else if (resource.attributes.has('')) verdicts.push(judge.unknown('nothing is known of it'))
    return worstOf(verdicts, judge.notApplicable('it sets no switch and no command'))
  },
}

type Variable = readonly [name: string, value: Attribute]

function variablesOf(resource: Resource): Variable[] {
  if (isTask(resource) || isEcs(resource) || isPods(resource)) {
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
  const debug = switches[name]
  if (debug === undefined) return []
  if (!value.known) return [judge.unknown(`${name} ${value.why}`, value)]
  const text = textOf(value.value)
  return debug.test(text)
    ? [judge.fail(`${name} is ${text}`, value)]
    : [judge.pass(`${name} is ${text}`, value)]
}

function containersIn(resource: Resource): readonly string[] {
  const spec = isPods(resource) ? pods[resource.type] : undefined
  return spec === undefined ? containersOf(resource) : childrenOf(resource, `${spec}.containers`)
}

function judgeCommands(resource: Resource): Verdict[] {
  const inside = isPods(resource)
    ? containersIn(resource).flatMap((path) => [`${path}.command`, `${path}.args`])
    : []
  return ['command', 'entrypoint', 'cmd', ...inside].flatMap((path) => {
    const command = attributeOf(resource, path)
    if (command === undefined) return []
    if (!command.known) return []
    const text = Array.isArray(command.value)
      ? command.value.join(' ')
      : textOf(command.value).replace(/["',[\]]+/g, ' ')
    return developmentServer.test(text)
      ? [judge.fail('it starts a development server', command)]
      : [judge.pass('it starts no development server', command)]
  })
}
