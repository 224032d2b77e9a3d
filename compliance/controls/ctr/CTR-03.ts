/** A process in a container cannot gain rights it was not started with. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { textsOf } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'security_opt has no-new-privileges:true',
  "add security_opt: ['no-new-privileges:true']",
)

export const control: Control = {
  id: 'CTR-03',
  sources: ['compose'],
  applies: isService,
  check: judgeService,
}

function judgeService(resource: Resource): Verdict {
  const options = attributeOf(resource, 'security_opt')
  if (options === undefined) return judge.fail('security_opt is not set')
  if (!options.known) return judge.unknown(`security_opt ${options.why}`, options)
  return textsOf(options.value).some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option))
    ? judge.pass('no-new-privileges is set', options)
    : judge.fail('security_opt lacks no-new-privileges', options)
}
