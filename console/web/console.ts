/** Starts the pages: who is logged in, then the view the address names. */
import { get } from './api.ts'
import { byId, fill } from './dom.ts'
import { showTop } from './frame.ts'
import { problemBox } from './problem.ts'
import { followLinks, showCurrent, type Person, type View } from './router.ts'
import { dashboard, dashboards } from './views/dashboards.ts'
import { inbox } from './views/inbox.ts'
import { incident } from './views/incident.ts'
import { ledger } from './views/ledger.ts'
import { showLogin } from './views/login.ts'
import { posture } from './views/posture.ts'
import { privacy } from './views/privacy.ts'
import { runbook, runbooks } from './views/runbooks.ts'
import { status } from './views/status.ts'
import { trace } from './views/trace.ts'
import { traces } from './views/traces.ts'

const views: readonly View[] = [
  status,
  inbox,
  incident,
  dashboards,
  dashboard,
  traces,
  trace,
  ledger,
  privacy,
  posture,
  runbooks,
  runbook,
]

async function start(): Promise<void> {
  if (location.pathname === '/login') {
    showTop(undefined)
    showLogin()
    return
  }
  const person = await get<Person>('/api/session')
  showTop(person)
  followLinks()
  addEventListener('popstate', () => void showCurrent(views, person))
  await showCurrent(views, person)
}

start().catch((error: unknown) => fill(byId('main'), problemBox(error)))
