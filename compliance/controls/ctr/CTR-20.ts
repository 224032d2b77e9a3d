/** A container that ends by a fault is started again. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isAwaited, isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample } from './examples.ts'

const judge = judgeBy('a restart policy is set', 'set restart: unless-stopped, or on-failure:5')

export const control: Control = {
  id: 'CTR-20',
  sources: ['compose'],
  applies: isService,
  check: judgeService,
  page: {
    why: 'Without a policy a service that dies at night stays dead until somebody looks.',
    good: [composeExample('restart: unless-stopped'), composeExample('restart: on-failure:5')],
    bad: [composeExample("restart: 'no'"), composeExample('mem_limit: 256m')],
  },
}

function judgeService(resource: Resource, evidence: Evidence): Verdict {
  if (isAwaited(resource, evidence)) return judge.notApplicable('it ends, and others wait for its end')
  const own = attributeOf(resource, 'restart')
  const deployed = attributeOf(resource, 'deploy.restart_policy')
  const condition = attributeOf(resource, 'deploy.restart_policy.condition')
  const policy = condition ?? own
  const mend = { set: 'restart', to: 'unless-stopped' }
  if (policy === undefined) {
    // The condition is `any` where a policy does not name one.
    if (deployed?.known === true && deployed.value !== null)
      return judge.pass('deploy.restart_policy is set', deployed)
    if (deployed?.known === false) return judge.unknown(`deploy.restart_policy ${deployed.why}`, deployed)
    return mended(judge.fail('restart is not set'), mend)
  }
  if (!policy.known) return judge.unknown(`restart ${policy.why}`, policy)
  const text = textOf(policy.value)
  if (/^(?:always|any|unless-stopped|on-failure(?::\d+)?)$/.test(text) || isTrue(policy.value)) {
    return judge.pass(`restart is ${text}`, policy)
  }
  const verdict = judge.fail(`restart is ${text}`, policy)
  return condition === undefined ? mended(verdict, mend) : verdict
}
