/** Who shows no credentials is let in nowhere. */
import { attributeOf, childrenOf, knownValueOf } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control } from '../control.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'protected paths answer 401 or 403 to a request without credentials',
  'check the caller before the routes, and deny what no rule allows',
)

export const control: Control = withStatement(
  {
    id: 'IAM-17',
    sources: ['http'],
    page: {
      why: 'A path that forgot to ask who is there shows records to everybody.',
      good: [
        {
          kind: 'http',
          type: 'door',
          attributes: { page: { status: 200 }, protected: [{ path: '/me', status: 401 }] },
        },
      ],
      bad: [
        {
          kind: 'http',
          type: 'door',
          attributes: { page: { status: 200 }, protected: [{ path: '/me', status: 200 }] },
        },
      ],
    },
    applies: isDoor,
    check: (resource) => {
      const why = whyNoPage(resource)
      if (why !== undefined) return judge.unknown(why)
      const paths = childrenOf(resource, 'protected')
      if (paths.length === 0) return judge.notApplicable('it has no protected path')
      return paths.map((path) => {
        const part = { part: textOf(knownValueOf(resource, `${path}.path`) ?? path) }
        const status = attributeOf(resource, `${path}.status`)
        if (status?.known !== true)
          return { ...judge.unknown(`${part.part} ${status?.why ?? 'was not asked'}`), ...part }
        const found = `${part.part} answers ${textOf(status.value)}`
        return status.value === 401 || status.value === 403
          ? { ...judge.pass(found), ...part }
          : { ...judge.fail(found), ...part }
      })
    },
  },
  'every route has a rule that names its roles, and students, faculty and administrators are apart',
)
