/** How controls read containers, whatever describes them: services of Compose and containers of ECS tasks. */
import { attributeOf, type Json, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { worstOf, type Judge } from '../verdict.ts'
import { isService } from './compose.ts'
import { containersOf, ofType } from './terraform.ts'
import { textOf } from '../text.ts'

export const isTask = ofType('aws_ecs_task_definition')

/** True for what describes containers. */
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

/** Lists the texts of a known list, or of a single text. */
export function textsOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.map(textOf)
  return value === null ? [] : [textOf(value)]
}
