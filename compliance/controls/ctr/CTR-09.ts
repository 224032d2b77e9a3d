/** Something looks whether a container still works. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  pathOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { isService } from '../read/compose.ts'
import type { Control, Verdict } from '../control.ts'
import { inFile } from '../read/neighbours.ts'
import { isFinalStage } from '../read/stage.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a health check is defined',
  'add HEALTHCHECK to the image or healthcheck to the service',
)

export const control: Control = {
  id: 'CTR-09',
  sources: ['dockerfile', 'compose', 'terraform'],
  applies: (resource) => isFinalStage(resource) || isWorkload(resource),
  check: (resource, evidence) => {
    if (isTask(resource)) return judgeTask(resource)
    return isFinalStage(resource) ? judgeStage(resource) : judgeService(resource, evidence)
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

/** A service whose successful end another one waits for has no health to look at. */
function isAwaited(resource: Resource, evidence: Evidence): boolean {
  const path = `${pathOf('depends_on', resource.name)}.condition`
  return inFile(evidence, resource).some(
    (other) => isService(other) && knownValueOf(other, path) === 'service_completed_successfully',
  )
}

function judgeTask(resource: Resource): Verdict {
  return judgeContainers(judge, resource, (path) => {
    const check = attributeOf(resource, `${path}.healthCheck`)
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
