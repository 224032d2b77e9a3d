/** `POST /calculate`: a grade point average of what the body says; nothing is stored or recorded. */
import type { Express } from 'express'
import Type from 'typebox'
import { drillTenant } from '../../../contracts/faults.ts'
import { principalOf, tenantBody } from '../../door/authenticate.ts'
import type { FaultBoard } from '../../../lib/faults.ts'
import { Refusal } from '../../../lib/refusal.ts'
import { validator } from '../../../lib/validate.ts'
import { creditHundredthsOf, gradePointAverage, letters, type Graded, type Letter } from '../domain/gpa.ts'
import type { AcademicsDoor } from './door.ts'

export const CalculateRequest = Type.Object(
  {
    courses: Type.Array(
      Type.Object(
        {
          grade: Type.Unsafe<Letter>({ type: 'string', enum: letters }),
          /** 0.25–30, at most two decimals. */
          credits: Type.Number({ minimum: 0.25, maximum: 30 }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
)

const check = validator(CalculateRequest)

/** While the drill's fault is on, every second calculation of its tenant fails as a defect would. */
function failEverySecond(faults: FaultBoard): (tenant: string) => void {
  let asked = 0
  return (tenant) => {
    if (tenant === drillTenant && faults.isActive('gpa-500') && asked++ % 2 === 0) {
      throw new Refusal('internal')
    }
  }
}

/** Mounts the calculator. */
export function mountCalculate(app: Express, { sdk, faults }: AcademicsDoor): void {
  const fail = failEverySecond(faults)
  app.post('/calculate', tenantBody({ bytes: 16_384, depth: 4 }), (request, response) => {
    const { tenant } = principalOf(request)
    fail(tenant)
    const body = check(request.body)
    if (!body.valid) {
      sdk.counter('gpa_calculations_total').inc({ tenant, outcome: 'invalid' })
      throw new Refusal('body_invalid', { faults: body.faults })
    }
    const courses = body.value.courses.map(({ grade, credits }) => ({
      grade,
      creditHundredths: creditHundredthsOf(credits),
    }))
    const faults = courses.flatMap(({ creditHundredths }, index) =>
      creditHundredths === undefined
        ? [{ at: `/courses/${index}/credits`, expected: 'at most two decimals' }]
        : [],
    )
    if (faults.length > 0) {
      sdk.counter('gpa_calculations_total').inc({ tenant, outcome: 'invalid' })
      throw new Refusal('body_invalid', { faults })
    }
    // Every course without hundredths has given a fault.
    const average = gradePointAverage(courses as Graded[])
    sdk.counter('gpa_calculations_total').inc({ tenant, outcome: 'success' })
    sdk.log.info('gpa calculated', { tenant, outcome: 'success' })
    response.json({ ...average, rounding: 'half up, 2 decimals' })
  })
}
