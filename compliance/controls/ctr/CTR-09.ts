/** Something looks whether a container still works. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import { isAwaited } from '../read/compose.ts'
import type { Control, Verdict } from '../control.ts'
import { fieldAt, fieldOf, isPod, judgePod, podKindOf } from '../read/pod.ts'
import { isFinalStage } from '../read/stage.ts'
import { attachedTo, containersOf } from '../read/terraform.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample, dockerfileExample, podExample } from './examples.ts'

const judge = judgeBy(
  'a health check is defined',
  'add HEALTHCHECK to the image, healthcheck to the service, or both probes to the pod',
)

export const control: Control = {
  id: 'CTR-09',
  sources: ['dockerfile', 'compose', 'terraform', 'kubernetes', 'ecs'],
  applies: (resource) => isFinalStage(resource) || isWorkload(resource) || isPod(resource),
  check: (resource, evidence) => {
    if (isTask(resource)) return judgeTask(resource, evidence)
    if (isPod(resource)) return judgeProbes(resource)
    return isFinalStage(resource) ? judgeStage(resource) : judgeService(resource, evidence)
  },
  page: {
    why: 'A process that runs and answers nobody looks healthy to whatever only counts processes; requests go on being sent to it.',
    good: [
      dockerfileExample('FROM node:24.4.1-bookworm-slim', 'HEALTHCHECK CMD ["node", "health.js"]'),
      composeExample('healthcheck: { test: [CMD, node, health.js] }'),
      podExample([
        'livenessProbe: { httpGet: { path: /health, port: 5001 } }',
        'readinessProbe: { httpGet: { path: /ready, port: 5001 } }',
      ]),
    ],
    bad: [
      composeExample('healthcheck: { disable: true }'),
      podExample(['livenessProbe: { httpGet: { path: /health, port: 5001 } }']),
    ],
  },
}

function judgeStage(resource: Resource): Verdict {
  const check = attributeOf(resource, 'healthcheck')
  if (check === undefined) return judge.fail('no HEALTHCHECK')
  return isNone(check) ? judge.fail('HEALTHCHECK is NONE', check) : judge.pass('HEALTHCHECK is there', check)
}

function judgeService(resource: Resource, evidence: Evidence): Verdict {
  if (isAwaited(resource, evidence)) return judge.notApplicable('it ends, and others wait for its end')
  const check = attributeOf(resource, 'healthcheck')
  if (check === undefined) {
    return attributeOf(resource, 'build') === undefined
      ? judge.fail('no healthcheck')
      : judge.unknown('no healthcheck: the image that is built may have one')
  }
  if (!check.known && childrenOf(resource, 'healthcheck').length === 0) {
    return judge.unknown(`healthcheck ${check.why}`, check)
  }
  const disabled = attributeOf(resource, 'healthcheck.disable')
  if (disabled?.known === true && textOf(disabled.value) === 'true')
    return judge.fail('healthcheck is disabled', disabled)
  const test = attributeOf(resource, 'healthcheck.test')
  if (test !== undefined && isNone(test)) return judge.fail('healthcheck is NONE', test)
  if (test === undefined && check.known) return judge.unknown('healthcheck has no test of its own', check)
  // A command with a value that is filled in later is still a command.
  return judge.pass('healthcheck is there', check)
}

/** What ends by itself needs no probe, and what ends before the others begin neither. */
function judgeProbes(resource: Resource): Verdict | readonly Verdict[] {
  if (/^(?:cron)?job$/.test(podKindOf(resource) ?? '')) return judge.notApplicable('it ends by itself')
  const check = (container: string) => {
    const probes = ['livenessProbe', 'readinessProbe'].map((name) => {
      const probe = fieldAt(resource, container, name)
      if (probe === undefined || (probe.known && probe.value === null)) return judge.fail(`no ${name}`)
      // A probe with a value that is filled in later is still a probe.
      return probe.known || childrenOf(resource, fieldOf(resource, container, name)).length > 0
        ? judge.pass('both probes are there', probe)
        : judge.unknown(`${name} ${probe.why}`, probe)
    })
    return worstOf(probes, judge.fail('no probe'))
  }
  return judgePod(judge, resource, check, { withoutInit: true })
}

/** A load balancer that sends requests to the task looks whether it answers. */
function judgeTask(resource: Resource, evidence: Evidence): Verdict {
  const services = attachedTo(resource, evidence, { type: 'aws_ecs_service', path: 'task_definition' })
  const isBalanced = services.certain.some((each) => childrenOf(each, 'load_balancer').length > 0)
  const only = containersOf(resource).length === 1
  return judgeContainers(judge, resource, (path) => {
    const check = attributeOf(resource, `${path}.healthCheck`)
    if (check === undefined && isBalanced && only) return judge.pass('its target group looks')
    return check === undefined
      ? judge.fail('no healthCheck', attributeOf(resource, path))
      : judge.pass('healthCheck is there', check)
  })
}

function isNone(attribute: Attribute): boolean {
  return (
    attribute.known &&
    /^(NONE|\["NONE"\])$/.test(
      typeof attribute.value === 'string' ? attribute.value : JSON.stringify(attribute.value),
    )
  )
}
