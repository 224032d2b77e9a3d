import { expect } from 'chai'
import { campuses, studentsPerTenant, type DemoCampus } from '../../../../app/demo/domain/campus.ts'
import { addressOf, planTenant } from '../../../../app/demo/domain/plan.ts'
import { demoIds } from '../../../../app/demo/ids.ts'
import { accountId } from '../../../../app/door/account-id.ts'

const [campus] = campuses as readonly [DemoCampus, ...DemoCampus[]]
const plan = (date = '2026-11-21', of = campus) => planTenant(of, { seed: 7, date, ids: demoIds })

describe('demo plan', () => {
  it('is the same on every run', () => {
    expect(plan()).to.deep.equal(plan())
  })

  it('has as many labelled students as it says, under the ids of their accounts', () => {
    const { students } = plan()
    expect(students).to.have.length(studentsPerTenant)
    expect(students.every(({ name }) => name.endsWith(' (demo)'))).to.equal(true)
    expect(students[0]?.id).to.equal(accountId('student@university-a.example'))
    expect(students[7]?.id).to.equal(accountId('student07@university-a.example'))
  })

  it('relates the personas: instructor, advisor and registrar of the student', () => {
    const { teaches, enrolled, advises, custodians, courses } = plan()
    const id = (role: string) => accountId(addressOf(role, 0, campus.domain))
    const current = new Set(
      courses.filter(({ ends_on }) => ends_on >= '2026-11-21').map((course) => course.id),
    )
    const taught = teaches
      .filter(({ instructor }) => instructor === id('faculty'))
      .map(({ course }) => course)
    const taken = enrolled.filter(({ student }) => student === id('student')).map(({ course }) => course)
    expect(taken.filter((course) => taught.includes(course) && current.has(course))).not.to.deep.equal([])
    expect(advises).to.deep.include({ advisor: id('staff'), student: id('student') })
    expect(custodians).to.deep.equal([{ account: id('registrar') }])
  })

  it('gives the persona parent a dependent student, whose reading is a disclosure', () => {
    const { guardians, students } = plan()
    const parent = accountId('parent@university-a.example')
    expect(guardians.filter((row) => row.parent === parent)).to.deep.equal([
      { parent, student: students[0]?.id, ground: 'dependency', recorded_on: '2026-06-01' },
    ])
  })

  it('shares no id between tenants', () => {
    const ids = campuses.flatMap((of) => {
      const { students, courses, rooms } = plan('2026-11-21', of)
      return [...students, ...courses, ...rooms].map(({ id }) => id)
    })
    expect(new Set(ids).size).to.equal(ids.length)
  })

  it('changes no enrolment and no grade of a term when the next one comes', () => {
    const fall = plan('2026-11-21')
    const spring = plan('2027-02-01')
    const fallCourses = new Set(fall.courses.filter(({ term }) => term === 'Fall 2026').map(({ id }) => id))
    const ofFall = (rows: readonly { readonly course: string }[]) =>
      rows.filter(({ course }) => fallCourses.has(course))
    expect(ofFall(spring.enrolled)).to.deep.equal(ofFall(fall.enrolled))
    expect(ofFall(fall.grades)).to.deep.equal([])
    expect(ofFall(spring.grades)).to.have.length(ofFall(spring.enrolled).length)
  })

  it('grades only whom somebody has enrolled', () => {
    const { grades, enrolled } = plan()
    const pairs = new Set(enrolled.map(({ student, course }) => `${student}/${course}`))
    expect(grades.every(({ student, course }) => pairs.has(`${student}/${course}`))).to.equal(true)
  })
})
