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

export const control: Control = {
  id: 'APP-18',
  sources: ['compose', 'dockerfile', 'terraform'],
  applies: (resource) => isService(resource) || isTask(resource) || isFinalStage(resource),
  check: (resource) => {
    const verdicts = [...variablesOf(resource).flatMap(judgeVariable), ...judgeCommands(resource)]
    const hidden = isFinalStage(resource) ? undefined : hiddenEnvironment(resource)
    if (hidden !== undefined) verdicts.push(judge.unknown(hidden))
    return worstOf(verdicts, judge.notApplicable('it sets no switch and no command'))
  },
}

type Variable = readonly [name: string, value: Attribute]

function variablesOf(resource: Resource): Variable[] {
  if (isTask(resource)) {
    return containersOf(resource)
      .flatMap((container) => childrenOf(resource, `${container}.environment`))
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

function judgeCommands(resource: Resource): Verdict[] {
  return ['command', 'entrypoint', 'cmd'].flatMap((path) => {
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
