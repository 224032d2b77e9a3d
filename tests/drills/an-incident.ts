/** Incidents and drills as the tests need them. */
import type { Incident } from '../../contracts/incident.ts'
import { drills, type Drill } from '../../drills/catalogue.ts'

const console = 'http://127.0.0.1:5002'

/** Finds a drill by its name. */
export function drillOf(name: string): Drill {
  const found = drills.find((drill) => drill.name === name)
  if (found === undefined) throw new Error(`no drill ${name}`)
  return found
}

/** An incident as the inbox shows it after the alert of gpa-500. */
export function anIncident(given: Partial<Incident> = {}): Incident {
  return {
    id: 7,
    dedupKey: 'a'.repeat(64),
    state: 'triggered',
    severity: 'critical',
    summary: 'TenantErrorRate: academics fails 50% of the requests of drill',
    source: 'academics',
    openedAt: '2026-11-21T10:00:02.000Z',
    lastEventAt: '2026-11-21T10:00:02.000Z',
    events: 1,
    links: [
      { href: `${console}/runbooks/TenantErrorRate`, text: 'Runbook' },
      { href: `${console}/dashboards/campanile-application?var-tenant=drill`, text: 'Dashboard' },
      { href: `${console}/traces?service=academics&tenant=drill&status=error`, text: 'Traces' },
    ],
    details: {
      tenant: 'drill',
      service: 'academics',
      severity: 'critical',
      area: 'availability',
      description: 'academics answered 50% of the requests of drill with an error of its own',
      runbook: `${console}/runbooks/TenantErrorRate`,
      firing: 'TenantErrorRate: 1',
    },
    steps: [],
    ...given,
  }
}

/** Says that every link of an incident answers. */
export function answering(incident: Incident): Map<string, number> {
  return new Map(incident.links.map(({ href }) => [href, 200]))
}
