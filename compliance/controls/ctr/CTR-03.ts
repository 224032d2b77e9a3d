/** A process in a container cannot gain rights it was not started with. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { fieldOf, isPod, judgePod } from '../read/pod.ts'
import { textsOf } from '../read/workload.ts'
import { isFalse, judgeBy, judgeValue } from '../verdict.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'no process may gain rights: no-new-privileges, or allowPrivilegeEscalation false',
  "add security_opt: ['no-new-privileges:true'], or allowPrivilegeEscalation: false to the container",
)

export const control: Control = {
  id: 'CTR-03',
  sources: ['compose', 'kubernetes', 'terraform'],
  applies: (resource) => isService(resource) || isPod(resource),
  check: (resource) => (isPod(resource) ? judgePods(resource) : judgeService(resource)),
  page: {
    why: 'A program with the setuid bit, left in the image by mistake, makes root of any user unless the kernel is told to refuse it.',
    good: [
      composeExample("security_opt: ['no-new-privileges:true']"),
      podExample(['securityContext: { allowPrivilegeEscalation: false }']),
    ],
    bad: [composeExample('user: "10001"'), podExample([])],
  },
}

function judgePods(resource: Resource): readonly Verdict[] {
  return judgePod(judge, resource, (container) => {
    const path = fieldOf(resource, container, 'securityContext', 'allowPrivilegeEscalation')
    return mended(judgeValue(judge, resource, { path, accepts: isFalse, absent: 'fail' }), {
      set: path,
      to: false,
    })
  })
}

function judgeService(resource: Resource): Verdict {
  const options = attributeOf(resource, 'security_opt')
  const wanted = 'no-new-privileges:true'
  if (options === undefined) {
    return mended(judge.fail('security_opt is not set'), { set: 'security_opt', to: [wanted] })
  }
  if (!options.known) return judge.unknown(`security_opt ${options.why}`, options)
  const texts = textsOf(options.value)
  if (texts.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option))) {
    return judge.pass('no-new-privileges is set', options)
  }
  const others = texts.filter((option) => !option.startsWith('no-new-privileges'))
  return mended(judge.fail('security_opt lacks no-new-privileges', options), {
    set: 'security_opt',
    to: [...others, wanted],
  })
}
