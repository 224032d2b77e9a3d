/** The kernel refuses containers the calls they never need. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { fieldAt, fieldOf, isPod, judgePod, podPathOf } from '../read/pod.ts'
import { textsOf } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { composeExample, podExample } from './examples.ts'

const judge = judgeBy(
  'seccomp and AppArmor are those of the engine or stricter',
  'remove seccomp:unconfined and apparmor:unconfined; set seccompProfile.type: RuntimeDefault in the pod',
)

export const control: Control = {
  id: 'CTR-19',
  sources: ['compose', 'kubernetes', 'terraform'],
  applies: (resource) => isService(resource) || isPod(resource),
  check: (resource) => (isPod(resource) ? judgeProfiles(resource) : judgeService(resource)),
  page: {
    why: 'The usual profile refuses some sixty calls of the kernel that ordinary programs never make and break-outs need.',
    good: [
      composeExample("security_opt: ['no-new-privileges:true']"),
      podExample([], ['securityContext: { seccompProfile: { type: RuntimeDefault } }']),
    ],
    bad: [composeExample("security_opt: ['seccomp:unconfined']"), podExample([])],
  },
}

function judgeService(resource: Resource): Verdict {
  const options = attributeOf(resource, 'security_opt')
  if (options === undefined) return judge.pass('the profile of the engine holds')
  if (!options.known) return judge.unknown(`security_opt ${options.why}`, options)
  const texts = textsOf(options.value)
  const wrong = texts.filter((option) => /^(?:seccomp|apparmor)[:=]unconfined$/.test(option))
  const place = attributeOf(resource, `security_opt.${texts.indexOf(wrong[0] ?? '')}`) ?? options
  return wrong.length === 0
    ? judge.pass('the profile of the engine holds', options)
    : mended(judge.fail(`security_opt has ${wrong.join(', ')}`, place), {
        set: 'security_opt',
        to: texts.filter((option) => !wrong.includes(option)),
      })
}

/** Without a profile a pod has none, unless its node was told otherwise. */
function judgeProfiles(resource: Resource): readonly Verdict[] {
  const pod = podPathOf(resource)
  const path = ['securityContext', 'seccompProfile', 'type'] as const
  return judgePod(judge, resource, (container) => {
    const profile = fieldAt(resource, container, ...path) ?? fieldAt(resource, pod, ...path)
    if (profile?.known === false) return judge.unknown(`seccompProfile ${profile.why}`, profile)
    if (profile !== undefined && /^(?:RuntimeDefault|Localhost)$/.test(textOf(profile.value))) {
      return judge.pass(`seccompProfile is ${textOf(profile.value)}`, profile)
    }
    const found =
      profile === undefined ? 'seccompProfile is not set' : `seccompProfile is ${textOf(profile.value)}`
    return mended(judge.fail(found, profile), { set: fieldOf(resource, pod, ...path), to: 'RuntimeDefault' })
  })
}
