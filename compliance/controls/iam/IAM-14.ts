/** What starts a task and what runs in it have different rights. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'task_role_arn and execution_role_arn are different roles',
  'give the application a role of its own, without the rights to pull images and read secrets',
)
const isTerraformTask = ofType('aws_ecs_task_definition')

export const control: Control = {
  id: 'IAM-14',
  sources: ['terraform', 'ecs'],
  page: {
    why: 'The role that starts a task reads its secrets and images; an application under the same role can do that too.',
    good: [{ file: 'main.tf', text: example('aws_iam_role.execution.arn') }],
    bad: [{ file: 'main.tf', text: example('aws_iam_role.task.arn') }],
  },
  applies: (resource) =>
    isTerraformTask(resource) || (resource.kind === 'ecs' && resource.type === 'task_definition'),
  check: judgeRoles,
}

function judgeRoles(resource: Resource): Verdict {
  const [task, execution] = ['task_role_arn', 'execution_role_arn'].map((path) => attributeOf(resource, path))
  if (isMissing(task) || isMissing(execution)) {
    const hidden = [task, execution].find((each) => each?.known === false && each.expression === undefined)
    if (hidden?.known === false) return judge.unknown(hidden.why, hidden)
    return judge.notApplicable('it has one role at most')
  }
  if (task === undefined || execution === undefined) return judge.notApplicable('it has one role at most')
  const [first, second] = [nameOf(task), nameOf(execution)]
  if (first === undefined || second === undefined) return judge.unknown('its roles are not known', execution)
  if (first === second) return judge.fail('both are the same role', execution)
  // A name and a reference may stand for one role; two references to different resources do not.
  return task.known === execution.known
    ? judge.pass('they are different roles', execution)
    : judge.unknown('one of its roles is not known', execution)
}

function isMissing(role: Attribute | undefined): boolean {
  return role === undefined || (role.known && (role.value === null || role.value === ''))
}

function nameOf(role: Attribute): string | undefined {
  if (role.known) return JSON.stringify(role.value)
  const name = role.identity ?? role.expression
  return name === undefined || /^(?:\$\{)?(?:var|local|each|count)\b/.test(name) ? undefined : name
}

function example(execution: string): string {
  return `resource "aws_iam_role" "task" {}
resource "aws_iam_role" "execution" {}
resource "aws_ecs_task_definition" "api" {
  task_role_arn      = aws_iam_role.task.arn
  execution_role_arn = ${execution}
}
`
}
