/** How controls read containers, whatever describes them: services of Compose, ECS tasks, pods of Kubernetes. */
import { attributeOf, childrenOf, type Json, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { isService } from './compose.ts'
import { containersOf, ofType } from './terraform.ts'
import { textOf } from '../text.ts'

const isTerraformTask = ofType('aws_ecs_task_definition')

/** True for a task definition of ECS, in Terraform or in JSON. */
export function isTask(resource: Resource): boolean {
  return isTerraformTask(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition')
}

/** True for what describes containers, but for pods. */
export function isWorkload(resource: Resource): boolean {
  return isService(resource) || isTask(resource)
}

/** Judges every container of a task; a definition that is not known hides them all. */
export function judgeContainers(judge: Judge, task: Resource, check: (path: string) => Verdict): Verdict {
  const verdicts = containersOf(task).map((path) =>
    path.endsWith('.*') ? judge.unknown('some containers are not known') : check(path),
  )
  const whole = attributeOf(task, 'container_definitions')
  if (verdicts.length > 0) return worstOf(verdicts, judge.unknown('no container'))
  return whole?.known === false
    ? judge.unknown(`container_definitions ${whole.why}`, whole)
    : judge.unknown('container_definitions has no container', whole)
}

/** Judges paths of the host that a task mounts. */
export function judgeTaskVolumes(
  judge: Judge,
  task: Resource,
  isForbidden: (path: string) => boolean,
): Verdict {
  const whole = attributeOf(task, 'volume')
  if (whole?.known === false && childrenOf(task, 'volume').length === 0) {
    return judge.unknown(`volume ${whole.why}`, whole)
  }
  const verdicts = childrenOf(task, 'volume').map((path) => {
    const source = attributeOf(task, `${path}.host_path`)
    if (source === undefined) return judge.pass('not a path of the host')
    if (!source.known) return judge.unknown(`host_path ${source.why}`, source)
    return isForbidden(textOf(source.value))
      ? judge.fail(`${textOf(source.value)} is mounted`, source)
      : judge.pass('an allowed path', source)
  })
  return worstOf(verdicts, judge.pass('it mounts nothing'))
}

/** Lists the texts of a known list, or of a single text. */
export function textsOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.map(textOf)
  return value === null ? [] : [textOf(value)]
}
