/** Machines and pods have accounts of their own. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { podOf } from '../read/cluster-secrets.ts'
import { ofType } from '../read/terraform.ts'
import { isFalse, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'a service account made for it, not the default one',
  'make a google_service_account, or a ServiceAccount of Kubernetes, with the rights it needs, and name it',
)
const isMachine = ofType(
  'google_compute_instance',
  'google_compute_instance_template',
  'google_compute_instance_from_template',
)

export const control: Control = {
  id: 'IAM-15',
  sources: ['terraform', 'kubernetes'],
  page: {
    why: 'The default account of a project may edit nearly everything in it, and everything that runs under it shares that.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "worker" {\n  service_account {\n    email  = "worker@campus.iam.gserviceaccount.com"\n    scopes = ["cloud-platform"]\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "worker" {\n  service_account {\n    scopes = ["cloud-platform"]\n  }\n}\n',
      },
    ],
  },
  applies: (resource) => isMachine(resource) || podOf(resource) !== undefined,
  check: (resource) => {
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    return isMachine(resource) ? judgeMachine(resource) : judgePod(resource)
  },
}

function judgeMachine(machine: Resource): Verdict {
  const name = attributeOf(machine, 'name')
  // Machines that GKE makes carry this name; their account is that of the node pool.
  if (name?.known === true && textOf(name.value).startsWith('gke-')) {
    return judge.notApplicable('the node pool names its account')
  }
  const blocks = childrenOf(machine, 'service_account')
  const all = attributeOf(machine, 'service_account')
  if (all?.known === false && blocks.length === 0) return judge.unknown(`service_account ${all.why}`, all)
  const [block] = blocks
  if (block === undefined) {
    return machine.type === 'google_compute_instance_from_template'
      ? judge.notApplicable('the template names its account')
      : judge.notApplicable('it has no service account')
  }
  const email = attributeOf(machine, `${block}.email`)
  if (email === undefined || (email.known && textOf(email.value) === '')) {
    return judge.fail('no email, which is the default account', email ?? attributeOf(machine, block))
  }
  if (!email.known) {
    return /google_service_account\./.test(email.identity ?? email.expression ?? '') &&
      !/data\.google_compute_default_service_account/.test(email.expression ?? '')
      ? judge.pass('an account that is made here', email)
      : judgeUnknownEmail(email.why, email.expression, machine)
  }
  return /^default$|^\d+-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/.test(
    textOf(email.value),
  )
    ? judge.fail('the default account', email)
    : judge.pass('an account of its own', email)
}

function judgeUnknownEmail(why: string, expression: string | undefined, machine: Resource): Verdict {
  const at = attributeOf(machine, 'service_account')
  return /data\.google_compute_default_service_account/.test(expression ?? '')
    ? judge.fail('the default account', at)
    : judge.unknown(`email ${why}`, at)
}

/** Without a name a pod runs under `default`; without its token it cannot use it. */
function judgePod(resource: Resource): Verdict {
  const pod = podOf(resource) ?? ''
  const account =
    attributeOf(resource, `${pod}.serviceAccountName`) ?? attributeOf(resource, `${pod}.serviceAccount`)
  const token = attributeOf(resource, `${pod}.automountServiceAccountToken`)
  if (account?.known === false) return judge.unknown(`serviceAccountName ${account.why}`, account)
  if (account !== undefined && !['', 'default'].includes(textOf(account.value))) {
    return judge.pass('an account of its own', account)
  }
  if (token?.known === false) return judge.unknown(`automountServiceAccountToken ${token.why}`, token)
  if (token !== undefined && isFalse(token.value)) return judge.pass('it is given no token', token)
  const mend = [{ set: `${pod}.automountServiceAccountToken`, to: false }]
  return { ...judge.fail('it runs under the default account', account), mend }
}
