/** No container has the rights of the host. */
import { attributeOf } from '../../evidence.ts'
import type { Control } from '../control.ts'
import { isTask, isWorkload, judgeContainers } from '../read/workload.ts'
import { isFalse, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'privileged is false or not set',
  'remove privileged and add the one capability it needs',
)

export const control: Control = {
  id: 'CTR-02',
  sources: ['compose', 'terraform'],
  applies: isWorkload,
  check: (resource) => {
    const rule = (path: string) => ({ path, accepts: isFalse, absent: 'pass' as const })
    if (!isTask(resource)) return judgeValue(judge, resource, rule('privileged'))
    const compatibilities = attributeOf(resource, 'requires_compatibilities')
    const verdict = judgeContainers(judge, resource, (path) =>
      judgeValue(judge, resource, rule(`${path}.privileged`)),
    )
    const isFargate =
      compatibilities?.known === true && JSON.stringify(compatibilities.value) === '["FARGATE"]'
    return isFargate && verdict.status === 'unknown'
      ? judge.pass('Fargate runs no privileged containers', compatibilities)
      : verdict
  },
}
