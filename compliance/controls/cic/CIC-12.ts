/** A deploy goes step by step, and back by itself where the new one does not answer. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { inRoot } from '../read/neighbours.ts'
import { fieldAt, podKindOf } from '../read/pod.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'deploys are rolling or blue-green and go back by themselves',
  'add deployment_circuit_breaker { enable = true rollback = true }; strategy RollingUpdate with maxUnavailable below 100%',
)
const isService = ofType('aws_ecs_service')

export const control: Control = {
  id: 'CIC-12',
  sources: ['terraform', 'kubernetes'],
  applies: (resource) => isService(resource) || podKindOf(resource) === 'deployment',
  check: (resource, evidence) =>
    isService(resource) ? judgeService(resource, evidence) : judgeDeployment(resource),
  page: {
    why: 'A deploy that stops the old version first is an outage each time, and one that cannot go back is an outage until somebody wakes up.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_ecs_service" "api" {\n  name = "api"\n\n  deployment_circuit_breaker {\n    enable   = true\n    rollback = true\n  }\n}\n',
      },
    ],
    bad: [
      { file: 'main.tf', text: 'resource "aws_ecs_service" "api" {\n  name = "api"\n}\n' },
      {
        file: 'k8s/api.yaml',
        text: 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: api, namespace: campus }\nspec:\n  strategy: { type: Recreate }\n  selector: { matchLabels: { app: api } }\n  template:\n    spec:\n      containers: [{ name: api, image: "ghcr.io/campus/api:2.4.1" }]\n',
      },
    ],
  },
}

function judgeService(resource: Resource, evidence: Evidence): Verdict {
  const controller = attributeOf(resource, 'deployment_controller.0.type')
  if (controller?.known === false) return judge.unknown(`deployment_controller ${controller.why}`, controller)
  const type = controller === undefined ? 'ECS' : textOf(controller.value)
  if (type === 'CODE_DEPLOY')
    return judgeGroups(inRoot(evidence, resource, 'aws_codedeploy_deployment_group'))
  if (type !== 'ECS') return judge.unknown(`deploys are made by ${type}`, controller)
  const breaker = 'deployment_circuit_breaker.0'
  return worstOf(
    ['enable', 'rollback'].map((name) => {
      const path = `${breaker}.${name}`
      const verdict = judgeValue(judge, resource, { path, accepts: isTrue, absent: 'fail' })
      return mended(verdict, { set: `${breaker}.enable`, to: true }, { set: `${breaker}.rollback`, to: true })
    }),
    judge.unknown('nothing is known of it'),
  )
}

/** Blue-green by CodeDeploy goes back where its group says so. */
function judgeGroups(groups: readonly Resource[]): Verdict {
  const path = 'auto_rollback_configuration.0.enabled'
  const verdicts = groups.map((group) => judgeValue(judge, group, { path, accepts: isTrue, absent: 'fail' }))
  return worstOf(verdicts, judge.unknown('the deployment group of CodeDeploy is not here'))
}

/** RollingUpdate with a quarter unavailable by default. */
function judgeDeployment(resource: Resource): Verdict {
  const spec = resource.kind === 'terraform' ? 'spec.0' : 'spec'
  const type = fieldAt(resource, spec, 'strategy', 'type')
  if (type?.known === false) return judge.unknown(`strategy ${type.why}`, type)
  if (type !== undefined && type.value === 'Recreate') return judge.fail('strategy is Recreate', type)
  const most = fieldAt(resource, spec, 'strategy', 'rollingUpdate', 'maxUnavailable')
  if (most === undefined) return judge.pass('RollingUpdate, a quarter at a time', type)
  if (!most.known) return judge.unknown(`maxUnavailable ${most.why}`, most)
  const replicas = Number(knownValueOf(resource, `${spec}.replicas`) ?? 1)
  const isAll =
    textOf(most.value) === '100%' ||
    (/^\d+$/.test(textOf(most.value)) && Number(most.value) >= Math.max(1, replicas))
  return isAll
    ? judge.fail(`maxUnavailable is ${textOf(most.value)}: all at once`, most)
    : judge.pass(`maxUnavailable is ${textOf(most.value)}`, most)
}
