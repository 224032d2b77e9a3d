/** Starts the portal: configuration, telemetry, session, then the view the address names. */
import { whenLoggedOut } from './api.ts'
import { byId, fill } from './dom.ts'
import { showBanner, showTop } from './frame.ts'
import { problemBox } from './problem.ts'
import { showCurrent, type View } from './router.ts'
import { account, logOut, restore } from './session.ts'
import { reportError, showView, startTelemetry } from './telemetry.ts'
import { accesses } from './views/accesses.ts'
import { accounts } from './views/accounts.ts'
import { book } from './views/book.ts'
import { family } from './views/family.ts'
import { gpa } from './views/gpa.ts'
import { home } from './views/home.ts'
import { loginPage } from './views/login.ts'
import { students } from './views/students.ts'
import { transcript } from './views/transcript.ts'

interface Config {
  readonly demo: boolean
  readonly environment: string
  readonly faro: { readonly url: string; readonly apiKey?: string }
}

const views: readonly View[] = [
  home(() => views),
  transcript,
  accesses,
  students,
  family,
  accounts,
  book,
  gpa,
]

function showLogin(notice?: string): void {
  showTop(views, undefined, leave)
  showView('login')
  document.title = 'Log in · Campus portal'
  fill(byId('main'), loginPage(enter, notice))
  document.querySelector<HTMLInputElement>('input[type=email]')?.focus()
}

function enter(): void {
  const current = account()
  if (current === undefined) return
  showTop(views, current, leave)
  void showCurrent(views, current)
}

function leave(): void {
  void logOut()
    .catch(reportError)
    .finally(() => {
      history.replaceState(undefined, '', '/')
      showLogin('You are logged out.')
    })
}

async function start(): Promise<void> {
  const config = (await (await fetch('/config.json')).json()) as Config
  showBanner(config.demo)
  startTelemetry({ ...config.faro, environment: config.environment })
  whenLoggedOut(() => showLogin('Your session has ended. Please log in again.'))
  addEventListener('hashchange', enter)
  if (await restore()) enter()
  else showLogin()
}

start().catch((error: unknown) => {
  reportError(error)
  fill(byId('main'), problemBox(error, { heading: 'The portal could not start. Reload the page.' }))
})
